// What the page says: its sentences come with it, in the language of the person.

export const words = JSON.parse(document.getElementById("words").textContent);

const voice = document.getElementById("spoken");

/** Have it read out, without showing it. */
export function spoken(text) {
  voice.textContent = text;
}

const line = document.getElementById("line");
let timer = null;

/** One quiet line under the clock; a good one goes away by itself. */
export function banner(text, { isGood = false } = {}) {
  clearTimeout(timer);
  line.className = `line-state shell${isGood ? " line-state--good" : ""}`;
  if (line.textContent !== text) line.textContent = text; // said once, not at every try
  line.hidden = text === "";
  if (isGood) timer = setTimeout(() => { line.hidden = true; }, 6000);
}

const notices = document.getElementById("notices");
const told = new Set();

/** Show the messages of the invigilator that were not shown yet: [{id, text, at}]. */
export function tell(messages, { isNoted, note }) {
  for (const { id, text, at } of messages ?? []) {
    if (told.has(id) || isNoted(id)) continue;
    told.add(id);
    notices.append(message(text, at, () => note(id)));
  }
}

function message(text, at, noted) {
  const box = document.createElement("div");
  box.className = "note note--warning";
  const said = document.createElement("div");
  const from = document.createElement("small");
  from.textContent = words.at.replace("%s", at);
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  said.append(from, paragraph);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn--quiet";
  button.textContent = words.noted;
  button.addEventListener("click", () => { box.remove(); noted(); });
  box.append(said, button);
  return box;
}
