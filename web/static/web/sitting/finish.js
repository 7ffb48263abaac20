// Handing in: asked once more by a dialog, sent by fetch, and tried until it is certain. Never a form that could end on an error
// page of the browser.

import { banner, words } from "./words.js";

const FIRST_RETRY = 1000; // ms
const LAST_RETRY = 8000;
const FLUSH = 3000; // ms to wait for what still waits before saying so

const dialog = document.getElementById("confirm");
const really = document.getElementById("really");

export class Finish {
  #run = 0; // of several tries to hand in only the last goes on

  /**
   * `call(name, sent)` asks the server; `queue` holds what still waits; `open` and `marked` list the numbers of questions; `done(url)`
   * is called with the address of the result, `stopped(reply)` for what concerns the whole page; `isHalted` says that it was;
   * `reached` hears that nothing answered.
   */
  constructor({ call, queue, open, marked, done, stopped, isHalted, reached }) {
    Object.assign(this, { call, queue, open, marked, done, stopped, isHalted, reached });
    really.addEventListener("click", () => this.#confirmed());
    document.getElementById("not-yet").addEventListener("click", () => this.#cancel());
    dialog.addEventListener("cancel", () => this.#cancel());
    document.getElementById("paper").addEventListener("submit", (event) => {
      if (event.submitter && event.submitter.name !== "whole") return; // an action of a simulation, where its script is missing
      event.preventDefault();
      this.ask();
    });
  }

  ask() {
    const open = this.open();
    const marked = this.marked();
    document.getElementById("confirm-open").textContent = open.length ? words.some.replace("%s", open.join(", ")) : words.none;
    const box = document.getElementById("confirm-marked");
    box.hidden = !marked.length;
    box.textContent = words.marked.replace("%s", marked.join(", "));
    really.disabled = false;
    if (!dialog.open) dialog.showModal();
  }

  async #confirmed() {
    really.disabled = true;
    await this.handIn();
  }

  #cancel() {
    this.#run += 1;
    if (really.disabled) banner(words.lost);
    dialog.close();
  }

  /**
   * Send what still waits, then hand in: nothing is taken after that. Try again until the server has answered, or until the person
   * thinks better of it (not with `isForced`).
   */
  async handIn({ isForced = false } = {}) {
    this.#run += 1;
    const run = this.#run;
    if (isForced) dialog.close();
    for (let tries = 0; run === this.#run && !this.isHalted(); tries += 1) {
      const reply = (await this.queue.flush(FLUSH)) && run === this.#run ? await this.call("finish", {}) : null;
      if (reply && this.#isAnswered(reply)) break;
      if (run !== this.#run) return;
      this.reached(false, reply?.status ?? 0);
      banner(isForced ? words.over : words.handing);
      document.getElementById("confirm-open").textContent = words.handing;
      await new Promise((done) => setTimeout(done, reply?.wait || Math.min(LAST_RETRY, FIRST_RETRY * 2 ** tries)));
    }
    if (run === this.#run) dialog.close();
  }

  /** Deal with the reply; false where it has to be tried again. */
  #isAnswered(reply) {
    if (reply.status === 200) this.done(reply.data.url);
    else if (reply.status === 410 || reply.status === 409) this.stopped(reply);
    else if (reply.data.message && reply.status < 500 && reply.status !== 401 && reply.status !== 429) banner(reply.data.message);
    else return false;
    return true;
  }
}
