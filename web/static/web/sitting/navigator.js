// Finding one's way on the paper: the list of questions with how they stand, marks for review, one question on a page or all, keys.

import { words } from "./words.js";

export class Navigator {
  #form = document.getElementById("paper");
  #items = new Map();
  #current = null;
  #isOne = false;
  #hasKeys = true;

  /** `store` keeps marks and choices; `items` are the fieldsets by number. */
  constructor(items, store) {
    this.#items = items;
    this.store = store;
  }

  async open() {
    const settings = await this.store.all("settings");
    document.getElementById("tools").hidden = document.getElementById("jump-key").hidden = false;
    for (const [item, field] of this.#items) {
      const button = field.querySelector("[data-mark]");
      button.hidden = false;
      button.addEventListener("click", () => this.#mark(item, button.getAttribute("aria-pressed") !== "true"));
      if (settings.get(`mark-${item}`)) this.#mark(item, true);
      field.addEventListener("focusin", () => { this.#point(item); });
      this.standing(item);
    }
    this.#listen();
    this.#setKeys(settings.get("keys") ?? true);
    this.#setPaging(settings.get("one") ?? this.#form.dataset.paging === "one");
  }

  /** The numbers of those for which `field` says so. */
  where(says) {
    return [...this.#items].filter(([, field]) => says(field)).map(([item]) => item);
  }

  get marked() {
    return this.where((field) => field.hasAttribute("data-marked"));
  }

  /** Show in the list how this question stands. */
  standing(item) {
    const { dataset } = this.#items.get(item);
    const link = document.querySelector(`[data-jump="${item}"]`);
    const is = { answered: "answered" in dataset, waiting: "waiting" in dataset, marked: "marked" in dataset };
    for (const [name, value] of Object.entries(is)) link.classList.toggle(`is-${name}`, value);
    const said = [is.answered ? words.answered : words.unanswered, is.waiting && words.unsent, is.marked && words.review];
    link.querySelector("[data-standing]").textContent = `, ${said.filter(Boolean).join(", ")}`;
    document.getElementById("answered").textContent = this.where((field) => "answered" in field.dataset).length;
  }

  /** Go to a question and put the focus there. */
  go(item) {
    const field = this.#items.get(item);
    if (!field) return;
    this.#point(item);
    field.focus({ preventScroll: true });
    if (this.#isOne) scrollTo(0, 0);
    else field.scrollIntoView({ block: "start" });
  }

  #mark(item, isMarked) {
    const field = this.#items.get(item);
    field.toggleAttribute("data-marked", isMarked);
    field.querySelector("[data-mark]").setAttribute("aria-pressed", isMarked);
    if (isMarked) this.store.put("settings", `mark-${item}`, true);
    else this.store.drop("settings", `mark-${item}`);
    this.standing(item);
  }

  #listen() {
    document.querySelector(".jump").addEventListener("click", (event) => {
      const link = event.target.closest("[data-jump]");
      if (!link || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.go(Number(link.dataset.jump));
    });
    for (const button of document.querySelectorAll("[data-turn]")) button.addEventListener("click", () => this.#turn(Number(button.dataset.turn)));
    document.getElementById("paging").addEventListener("click", () => { this.#setPaging(!this.#isOne); this.store.put("settings", "one", this.#isOne); this.go(this.#here()); });
    document.getElementById("keys").addEventListener("change", (event) => { this.#setKeys(event.target.checked); this.store.put("settings", "keys", this.#hasKeys); });
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  #setKeys(hasKeys) {
    this.#hasKeys = document.getElementById("keys").checked = hasKeys;
  }

  #setPaging(isOne) {
    this.#isOne = isOne;
    document.getElementById("paging").setAttribute("aria-pressed", isOne);
    document.getElementById("turn").hidden = !isOne;
    this.#point(this.#here());
  }

  /** Make this the question that keys are for; where there is one on a page, show it alone. */
  #point(item) {
    this.#current = item;
    const all = [...this.#items.keys()];
    for (const [each, field] of this.#items) field.hidden = this.#isOne && each !== item;
    for (const link of document.querySelectorAll("[data-jump]")) {
      if (this.#isOne && Number(link.dataset.jump) === item) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    document.querySelector('[data-turn="-1"]').disabled = item === all[0];
    document.querySelector('[data-turn="1"]').disabled = item === all.at(-1);
    document.getElementById("turn-place").textContent = `${item} / ${all.length}`;
  }

  /** The question before the person's eyes: the one with the focus, or the first that is not above the screen. */
  #here() {
    const focused = document.activeElement?.closest?.("[data-item]");
    if (focused) return Number(focused.dataset.item);
    if (this.#isOne && this.#current) return this.#current;
    const [seen] = this.where((field) => field.getBoundingClientRect().bottom > 120);
    return seen ?? this.#items.keys().next().value;
  }

  #turn(step) {
    const all = [...this.#items.keys()];
    this.go(all[all.indexOf(this.#here()) + step]);
  }

  /** n, p, m and digits, outside of fields that take them themselves. */
  #key(event) {
    if (!this.#hasKeys || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.('input[type="text"], textarea, select, dialog, [contenteditable]')) return;
    const act = { n: () => this.#turn(1), p: () => this.#turn(-1), m: () => this.#items.get(this.#here()).querySelector("[data-mark]").click() }[event.key];
    if (act) act();
    else if (/^[1-9]$/.test(event.key)) this.#choose(Number(event.key));
    else return;
    event.preventDefault();
  }

  #choose(place) {
    const field = this.#items.get(this.#here());
    const option = [...field.querySelectorAll(".choice input")][place - 1];
    if (!option || option.disabled) return;
    option.focus();
    option.click();
  }
}
