// A fault simulation on a paper: buttons do steps, what they show comes back with the reply of the save.
//
// The response is the list of what was done, [["test", "t1"], …]. It only grows; the server's `reveal` says how it stands,
// and what was pressed since is added to it. The page's script saves, says how the saving goes, and calls in here.

const plays = new WeakMap(); // field -> {root, actions, seen}

const same = (one, other) => one[0] === other[0] && one[1] === other[1];
const has = (actions, action) => actions.some((each) => same(each, action));

const together = (some, others) => [...some, ...others.filter((action) => !has(some, action))];

function playOf(field) {
  if (!plays.has(field)) {
    const root = field.querySelector("[data-simulation]");
    const seen = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
    plays.set(field, { root, seen, actions: seen.actions });
  }
  return plays.get(field);
}

/** What was done so far, for the save; null for nothing. */
export function read(field) {
  const { actions } = playOf(field);
  return actions.length ? actions : null;
}

/** Take what the server holds, or what waited on this device, beside what is known to have been done. */
export function write(field, response) {
  const play = playOf(field);
  play.actions = together(play.seen.actions, Array.isArray(response) ? response : []);
  paint(play);
}

/** Show what came back with a reply. */
export function reveal(field, data) {
  if (!data?.actions) return;
  const play = playOf(field);
  const news = data.seen.slice(play.seen.seen.length);
  play.seen = data;
  play.actions = together(data.actions, play.actions);
  paint(play);
  const spoken = news.map(({ id, words }) => `${heading(play, id)}: ${words}`).join(". ");
  if (spoken) play.root.querySelector("[data-spoken]").textContent = spoken;
}

/** Let the buttons do their steps; `changed` is called after each. */
export function listen(field, changed) {
  const play = playOf(field);
  for (const button of play.root.querySelectorAll("[data-do]")) {
    button.type = "button";
    button.addEventListener("click", () => {
      const action = actionOf(play, button);
      if (!action || button.getAttribute("aria-disabled") === "true") return;
      play.actions = [...play.actions, action];
      paint(play);
      if (action[0] === "read") stepOf(play, action[1]).querySelector("[data-notes]").focus();
      changed(0);
    });
  }
  play.root.querySelector("[data-cause]").addEventListener("change", () => paint(play));
  paint(play);
}

function actionOf(play, button) {
  const [verb, id] = button.value.split(" ");
  if (verb !== "name") return [verb, id];
  const cause = play.root.querySelector("[data-cause]").value;
  return cause ? [verb, cause] : null;
}

const stepOf = (play, id) => play.root.querySelector(`[data-step="${CSS.escape(id)}"]`);
const heading = (play, id) => stepOf(play, id)?.querySelector("[data-heading]").textContent ?? "";

function paint(play) {
  const { root, seen, actions } = play;
  const readings = new Map(seen.seen.map(({ id, words }) => [id, words]));
  const named = actions.find(([verb]) => verb === "name");
  for (const step of root.querySelectorAll("[data-step]")) {
    const id = step.dataset.step;
    const isAsked = has(actions, ["test", id]) || has(actions, ["act", id]);
    const reading = step.querySelector("[data-reading]");
    reading.textContent = readings.get(id) ?? root.dataset.sayWaiting;
    reading.hidden = !isAsked;
    reading.classList.toggle("is-waiting", isAsked && !readings.has(id));
    step.querySelector("[data-notes]").hidden = !has(actions, ["read", id]);
  }
  for (const button of root.querySelectorAll("[data-do]")) {
    const action = actionOf(play, button);
    const isOpen = action && (action[0] === "read" || action[0] === "name" || seen.open.includes(action[1]));
    button.disabled = false; // a button that is pressed must keep the focus
    button.setAttribute("aria-disabled", String(Boolean(named) || !isOpen || has(actions, action)));
  }
  const cause = root.querySelector("[data-cause]");
  if (named) cause.value = named[1];
  cause.disabled = Boolean(named);
  root.querySelector("[data-over]").hidden = !named;
  root.querySelector("[data-before]").hidden = Boolean(named);
  root.querySelector("[data-minutes]").textContent = seen.minutes;
  root.querySelector("[data-log]").replaceChildren(...seen.seen.map(({ id, words }) => line(play, id, words)));
}

function line(play, id, words) {
  const row = document.createElement("li");
  const said = document.createElement("strong");
  const asked = stepOf(play, id).querySelector("[data-heading]").cloneNode(true);
  const name = document.createElement("span");
  name.lang = asked.lang;
  name.textContent = asked.textContent;
  said.textContent = words;
  row.append(name, " ", said);
  return row;
}
