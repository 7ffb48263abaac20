// Suggestions while somebody types, in every box marked data-suggest; `/` for the box; and the word to the server that a search
// led somewhere.
//
// Without this script the boxes are plain forms. When the network is gone nothing is suggested and the form still sends.

const WAIT = 120; // ms after the last key
const FEWEST = 2; // characters before anything is suggested
const KEPT = 60; // answers remembered on this page

let boxes = 0;

/** Make a form's input a combobox: the list below it, the keys, the answers in the order they were asked for. */
function combobox(form) {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  const answers = new Map();
  let asked = 0;
  let timer = null;
  let active = -1;

  list.id = `suggestions-${++boxes}`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
  form.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
    input.setAttribute(name, value);
  }

  async function look() {
    const text = input.value.trim();
    const mine = ++asked;
    if (text.length < FEWEST && !(text === "" && "kept" in form.dataset)) return close();
    const found = await answer(text);
    if (mine === asked && document.activeElement === input) show(found);
  }

  async function answer(text) {
    if (answers.has(text)) return answers.get(text);
    try {
      const reply = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
      if (!reply.ok) return [];
      const { suggestions } = await reply.json();
      if (answers.size >= KEPT) answers.clear();
      answers.set(text, suggestions);
      return suggestions;
    } catch {
      return []; // no network: the form still sends
    }
  }

  function show(found) {
    list.replaceChildren(...found.map(option));
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
  }

  function option(found, at) {
    const line = document.createElement("li");
    line.id = `${list.id}-${at}`;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    line.dataset.url = found.url;
    const name = piece("suggestions__name", found.label);
    if (found.language) name.lang = found.language;
    line.append(name, piece("suggestions__kind", found.kind));
    if (found.detail) line.append(piece("suggestions__detail", found.detail));
    return line;
  }

  function piece(name, text) {
    const made = document.createElement("span");
    made.className = name;
    made.textContent = text;
    return made;
  }

  function close() {
    asked++;
    clearTimeout(timer);
    show([]);
  }

  /** Go so many lines down; the box itself is the line before the first. */
  function move(by) {
    const lines = [...list.children];
    lines[active]?.setAttribute("aria-selected", "false");
    active = ((active + 1 + by + lines.length + 1) % (lines.length + 1)) - 1;
    const line = lines[active];
    line?.setAttribute("aria-selected", "true");
    line?.scrollIntoView({ block: "nearest" });
    if (line) input.setAttribute("aria-activedescendant", line.id);
    else input.removeAttribute("aria-activedescendant");
  }

  const KEYS = {
    ArrowDown: () => (list.hidden ? look() : move(1)),
    ArrowUp: () => !list.hidden && move(-1),
    Escape: () => !list.hidden && (close(), true),
    Enter: () => {
      const line = list.hidden ? null : list.children[active];
      if (line) location.assign(line.dataset.url);
      return Boolean(line);
    },
  };

  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(look, WAIT); // not while Chinese is being put together
  });
  input.addEventListener("compositionend", () => { timer = setTimeout(look, WAIT); });
  input.addEventListener("focus", () => input.value.trim() === "" && look());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const does = KEYS[event.key];
    if (does && does() !== false) event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const line = event.target.closest("[data-url]");
    if (line) location.assign(line.dataset.url);
  });
}

/** Focus the box on `/`, unless somebody is typing elsewhere. */
function slash(event) {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  const box = [...document.querySelectorAll("form[data-suggest] input[type=search]")].find((input) => input.offsetParent);
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
}

/** Tell the server which document a search led to. */
function clicked(event) {
  const hit = event.target.closest?.("a[data-number]");
  const found = hit?.closest("[data-clicked]");
  if (!found || event.button > 1) return;
  const said = new FormData();
  said.append("q", found.dataset.asked);
  said.append("number", hit.dataset.number);
  navigator.sendBeacon?.(found.dataset.clicked, said);
}

document.querySelectorAll("form[data-suggest]").forEach(combobox);
document.addEventListener("keydown", slash);
document.addEventListener("click", clicked);
document.addEventListener("auxclick", clicked);
