// Answers on their way to the server. The latest answer to each item waits here, and in the store, until a reply says what became
// of it; whatever dies meanwhile, it is sent again. Item and revision it was given on are its key: the server takes it once. One
// request per item is under way at a time. When nothing gets through, one item knocks, later and later or when the server says
// so, and the others follow when it is heard.

import { asText } from "./fields.js";

const FIRST_RETRY = 1000; // ms
const LAST_RETRY = 30000;
const LONGEST_WAIT = 120000; // however long a server asks to be left alone
const AT_ONCE = 4; // requests under way, of different items
const MOST_TYPING = 2000; // ms after the first change that a typed answer is sent, though the typing goes on

export class Queue {
  #entries = new Map(); // item -> {response, base, lost}: `lost` are answers sent on that base without a reply
  #due = new Map(); // item -> when its typing counts as done, at the latest
  #timers = new Map();
  #underWay = new Set();
  #failures = 0;
  #knock = null;
  #isHeld = true; // until the page has its seat

  /**
   * `send(item, entry)` asks the server and answers {status, data, wait}. `told(what, item, …)` hears what became of
   * an answer: saving, saved, waiting, refused, newer, and known for what the server has. `stopped(reply)` is called for what concerns the whole page,
   * `reached(isReached)` for what the line is like.
   */
  constructor({ store, send, told, stopped, reached }) {
    Object.assign(this, { store, send, told, stopped, reached });
  }

  get size() {
    return this.#entries.size;
  }

  has(item) {
    return this.#entries.has(item);
  }

  put(item, response, base, delay = 0) {
    this.#enter(item, { response, base, lost: this.#entries.get(item)?.lost ?? [] });
    this.told("saving", item, response);
    const now = performance.now();
    if (!this.#due.has(item)) this.#due.set(item, now + MOST_TYPING);
    this.#later(item, Math.min(delay, Math.max(0, this.#due.get(item) - now)));
  }

  /** Take up what an earlier page could not send. */
  restore(item, entry) {
    if (this.#entries.has(item)) return;
    this.#entries.set(item, entry);
    this.told("waiting", item);
    this.#later(item, 0);
  }

  forget(item) {
    this.#entries.delete(item);
    this.#due.delete(item);
    this.store.drop("answers", item);
  }

  /** Send nothing until the release. */
  hold() {
    this.#isHeld = true;
    for (const item of this.#entries.keys()) this.told("waiting", item);
  }

  /** Send what waits, without waiting for its turn. */
  release() {
    this.#isHeld = false;
    this.#failures = 0;
    clearTimeout(this.#knock);
    this.#knock = null;
    for (const item of this.#entries.keys()) this.#later(item, 0);
  }

  /** Send everything and wait until nothing is left, or as long as that; say whether nothing is left. */
  async flush(limit) {
    const until = performance.now() + limit;
    if (!this.#isHeld) this.release();
    while (this.#entries.size && !this.#isHeld && performance.now() < until) await new Promise((done) => setTimeout(done, 50));
    return this.#entries.size === 0;
  }

  #enter(item, entry) {
    this.#entries.set(item, entry);
    this.store.put("answers", item, entry);
  }

  #later(item, delay) {
    clearTimeout(this.#timers.get(item));
    this.#timers.set(item, setTimeout(() => this.#try(item), delay));
  }

  /** Send what waits for this item, unless something speaks against it now. */
  async #try(item) {
    this.#due.delete(item);
    const entry = this.#entries.get(item);
    if (!entry || this.#underWay.has(item)) return; // the one under way looks again when it is back
    if (this.#isHeld || this.#knock !== null) return this.told("waiting", item);
    if (this.#underWay.size >= (this.#failures ? 1 : AT_ONCE)) return; // the first that comes back looks again
    this.#underWay.add(item);
    const words = asText(entry.response);
    if (!entry.lost.includes(words)) {
      entry.lost.push(words);
      this.store.put("answers", item, entry);
    }
    const reply = await this.send(item, entry);
    this.#underWay.delete(item);
    const isHeard = reply.status !== 0 && reply.status !== 401 && reply.status !== 408 && reply.status !== 429 && reply.status < 500;
    if (isHeard) this.#heard(item, entry, reply);
    else this.#unheard(reply);
  }

  #unheard({ wait, status }) {
    this.#failures += 1;
    for (const item of this.#entries.keys()) this.told("waiting", item);
    this.reached(false, status);
    const own = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** (this.#failures - 1)) * (0.75 + Math.random() / 2);
    clearTimeout(this.#knock);
    this.#knock = setTimeout(() => { this.#knock = null; this.#next(); }, wait ? Math.min(wait, LONGEST_WAIT) : own);
  }

  #heard(item, entry, reply) {
    const wasLost = this.#failures > 0;
    this.#failures = 0;
    this.#became(item, entry, reply);
    this.reached(true);
    if (wasLost && !this.#isHeld) for (const each of this.#entries.keys()) this.#later(each, 0);
    else this.#next();
  }

  /** Try what waits and is not being typed. */
  #next() {
    for (const item of this.#entries.keys()) if (!this.#due.has(item)) this.#try(item);
  }

  /** Deal with what the server says became of an answer. */
  #became(item, entry, { status, data }) {
    const latest = this.#entries.get(item);
    const isLatest = latest === entry;
    if (status === 200) {
      this.told("known", item, { response: entry.response, ...data });
      if (isLatest) this.#settle(item, () => this.told("saved", item, entry.response, data));
      else this.#rebase(item, data.revision);
    } else if (status === 409 && data.reason === "newer") {
      this.told("known", item, data);
      if (entry.lost.includes(asText(data.response))) this.#wasMine(item, latest, data); // saved from here, only its reply was lost
      else if (latest) this.#settle(item, () => this.told("newer", item, latest.response, data));
    } else if (status === 409) {
      this.hold();
      this.stopped({ status, data });
    } else if (status === 410) { // kept by the server as late
      if (isLatest) this.#settle(item, () => this.told("refused", item, data.message));
      if (this.#entries.size === 0) this.stopped({ status, data });
    } else if (isLatest) { // 400, 403, 404, 422: it will never be taken as it is
      this.#settle(item, () => this.told("refused", item, data.message ?? String(status)));
    }
  }

  #wasMine(item, latest, data) {
    if (!latest) return;
    if (asText(latest.response) === asText(data.response)) this.#settle(item, () => this.told("saved", item, latest.response, data));
    else this.#rebase(item, data.revision);
  }

  #settle(item, tell) {
    this.forget(item);
    tell();
  }

  #rebase(item, revision) {
    const entry = this.#entries.get(item);
    if (entry) this.#enter(item, Object.assign(entry, { base: revision, lost: [] }));
  }
}
