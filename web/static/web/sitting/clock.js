// The time left, by the server's clock alone: every reply says how much there is, and in between performance.now counts, which
// nobody can set. The clock of the device is never asked.

import { spoken, words } from "./words.js";

const LOW = 300; // seconds
const WARNINGS = [10, 5, 1]; // minutes
const SLACK = 2000; // ms by which the server's time may seem to go back: replies that overtook each other
const CHANGE = 20000; // ms: more than this is extra time, not a slow network

export class Clock {
  #box = document.getElementById("clock");
  #left = document.getElementById("left");
  #endsAt = 0; // on the clock of performance.now
  #stands = null; // ms left while the clock stands
  #server = null; // {time, at}: the server's time of the last reply, and when that was on performance.now
  #warned = Infinity;

  /** `onEnd` is called at 0, again and again until there is time left; `onJump` with the seconds the server's clock went back. */
  constructor({ onEnd, onJump }) {
    this.onEnd = onEnd;
    this.onJump = onJump;
    this.#endsAt = performance.now() + Number(this.#left.dataset.remaining);
  }

  run() {
    this.#tick();
    setInterval(() => this.#tick(), 250);
  }

  get remaining() {
    return this.#stands ?? this.#endsAt - performance.now();
  }

  /** Go by this reply: {remaining_ms, server_time, paused}, asked for at `sentAt`. */
  sync(data, sentAt) {
    if (!Number.isFinite(data.remaining_ms)) return;
    const at = (sentAt + performance.now()) / 2; // it was true half way
    if (this.#isOutdated(data.server_time, at)) return;
    const before = this.remaining;
    this.#endsAt = at + data.remaining_ms;
    if (data.paused !== undefined) this.#stands = data.paused ? data.remaining_ms : null;
    this.#box.classList.toggle("clock--stands", this.#stands !== null);
    if (Math.abs(this.remaining - before) > CHANGE && before > 0) this.#tellChange();
    this.#tick();
  }

  /** Note the server's time; true for a reply that a later one has overtaken. */
  #isOutdated(text, at) {
    const time = typeof text === "number" ? text : Date.parse(text);
    if (!Number.isFinite(time)) return false;
    const expected = this.#server ? this.#server.time + at - this.#server.at : time;
    const isOvertaken = this.#server !== null && time < this.#server.time && at < this.#server.at;
    if (!isOvertaken) {
      if (time < expected - SLACK) this.onJump((expected - time) / 1000);
      this.#server = { time, at };
    }
    return isOvertaken;
  }

  #tellChange() {
    this.#warned = Infinity;
    spoken(words.extended.replace("%s", Math.floor(this.remaining / 60000)));
  }

  #tick() {
    const seconds = Math.max(0, Math.ceil(this.remaining / 1000));
    const hours = Math.floor(seconds / 3600);
    const shown = [Math.floor((seconds % 3600) / 60), seconds % 60].map((part) => String(part).padStart(2, "0")).join(":");
    this.#left.textContent = hours ? `${hours}:${shown}` : shown;
    this.#box.classList.toggle("clock--low", seconds <= LOW);
    if (this.#stands !== null) return;
    const due = WARNINGS.filter((minutes) => seconds <= minutes * 60 && minutes < this.#warned).at(-1);
    if (due !== undefined && seconds > 0) {
      if (seconds > due * 60 - 30) spoken(words.minutes.replace("%s", due));
      this.#warned = due;
    }
    if (seconds === 0) this.onEnd();
  }
}
