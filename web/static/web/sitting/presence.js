// The heartbeat, at most every half minute, and what it tells: the page was left, the network was gone, a clock jumped.

import { post } from "./link.js";

const BEAT = 30000; // ms
const BREAK = 10000; // ms between looks whether a break is over
const MOST = 20; // events in a beat

export class Presence {
  #events = [];
  #timer = null;
  #away = null;
  #lost = null;

  /** `heard(reply)` gets every answer. */
  constructor(heard) {
    this.heard = heard;
    document.addEventListener("visibilitychange", () => this.#seen(document.visibilityState === "visible"));
  }

  run(isBreak) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.beat(), isBreak ? BREAK : BEAT);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  note(kind, seconds = 0) {
    this.#events.push({ kind, seconds: Math.round(seconds * 10) / 10 });
  }

  /** The network is gone, or back. */
  line(isThere) {
    if (!isThere && this.#lost === null) {
      this.#lost = performance.now();
      this.note("offline");
    } else if (isThere && this.#lost !== null) {
      this.note("online", (performance.now() - this.#lost) / 1000);
      this.#lost = null;
    }
  }

  /** Ask now, and go on from here in the usual rhythm. */
  async beat() {
    const isRunning = this.#timer !== null;
    clearTimeout(this.#timer);
    const sent = this.#events.slice(0, MOST);
    const reply = await post("beat", { events: sent });
    if (reply.status === 200) this.#events.splice(0, sent.length);
    await this.heard(reply);
    if (isRunning && this.#timer !== null) this.run(reply.data.paused);
    return reply;
  }

  #seen(isSeen) {
    if (!isSeen) {
      this.#away = performance.now();
      this.note("left");
    } else if (this.#away !== null) {
      this.note("back", (performance.now() - this.#away) / 1000);
      this.#away = null;
    }
  }
}
