// A question on the page: its fields, what the server has of it, and the line below it that says honestly how it stands.

import { asText, inWords, isTouched, read, reveal, write } from "./fields.js";
import { spoken, words } from "./words.js";

export class Question {
  #newer = null;
  #clear = null;
  #isHeld = false;

  /** `changed(question, delay)` is called when the person answers; `standing(n)` when how it stands has changed. */
  constructor(field, { changed, standing }) {
    this.field = field;
    this.n = Number(field.dataset.item);
    this.changed = changed;
    this.standing = standing;
    this.#isHeld = field.hasAttribute("data-answered");
    this.#clear = field.querySelector("[data-clear]");
    this.#clear?.addEventListener("click", () => this.#empty());
    this.#offer(this.#isHeld);
  }

  get revision() {
    return Number(this.field.dataset.revision);
  }

  get response() {
    return read(this.field);
  }

  get isTouched() {
    return isTouched(this.field);
  }

  /** The person has answered; it is on its way. */
  saving(response) {
    this.#drop();
    this.#mark(response !== null);
    this.#say("saving", words.saving);
  }

  waiting() {
    this.#say("waiting", words.waiting);
  }

  saved(response, { saved_at: time }) {
    this.#mark(response !== null);
    this.#say("saved", `${response === null ? words.cleared : words.saved} ${time ?? ""}`);
  }

  /** It will never be taken as it is; what was saved before stands. */
  refused(message) {
    if (this.field.dataset.kind === "simulation") write(this.field, null); // back to what was done before
    this.#mark(this.#isHeld);
    const text = `${words.unsaved}: ${message ?? ""} ${this.#isHeld ? words.stands : ""}`;
    this.#say("refused", text);
    spoken(`${this.n}: ${text}`);
  }

  /** Remember what the server has: the revision the next save is based on, and whether there is an answer at all. */
  known({ revision, response, reveal: found }) {
    this.field.dataset.revision = revision;
    this.field.querySelector('[name$="-base"]').value = revision;
    if (response !== undefined) this.#isHeld = response !== null;
    if (found) reveal(this.field, found);
  }

  /** Show what the server has, where the page shows something else and nothing waits. */
  show(data) {
    const isNew = data.revision !== this.revision;
    this.known(data);
    if (!isNew && asText(data.response) === asText(this.response)) return;
    write(this.field, data.response);
    this.#mark(data.response !== null);
    if (data.response !== null) this.saved(data.response, data);
  }

  /** Put an answer into the fields that was given on an earlier page. */
  restore(response) {
    write(this.field, response);
    this.#mark(response !== null);
  }

  /** Somebody has answered meanwhile, in another window: show that, and offer what was given here. */
  newer(mine, data) {
    const said = mine === null ? words.nothing : inWords(this.field);
    write(this.field, data.response);
    this.#mark(data.response !== null);
    this.#say("refused", "");
    this.#drop();
    this.#newer = note(words.newer.replace("%s", said), words.mine, () => {
      write(this.field, mine);
      this.changed(this, 0);
    });
    this.field.append(this.#newer);
    spoken(`${this.n}: ${words.newer.replace("%s", said)}`);
  }

  #empty() {
    write(this.field, null);
    this.changed(this, 0, null);
    this.field.querySelector("input:not([type=hidden]), textarea, select:not([hidden]), [data-keep]")?.focus();
  }

  #drop() {
    this.#newer?.remove();
    this.#newer = null;
  }

  #mark(isAnswered) {
    this.#offer(isAnswered);
    this.standing(this.n);
  }

  #offer(isAnswered) {
    this.field.toggleAttribute("data-answered", isAnswered);
    if (this.#clear) this.#clear.hidden = !isAnswered;
    const keep = this.field.querySelector("[data-keep]");
    if (keep) keep.hidden = isAnswered;
  }

  #say(kind, text) {
    const span = document.createElement("span");
    span.className = kind;
    span.textContent = text;
    this.field.querySelector("[data-state]").replaceChildren(span);
    this.field.toggleAttribute("data-waiting", kind === "waiting");
    this.standing(this.n);
  }
}

function note(text, label, act) {
  const box = document.createElement("div");
  box.className = "note note--warning newer";
  const said = document.createElement("div");
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn--quiet";
  button.textContent = label;
  button.addEventListener("click", act);
  said.append(paragraph, button);
  box.append(said);
  return box;
}
