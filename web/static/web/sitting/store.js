// What must outlive this page, per sitting: answers not yet confirmed, marks for review, small choices. In IndexedDB; where there
// is none (private windows, full disks), in memory.

const NAME = "benchbook";
const PATIENCE = 2000; // ms for the database to open
const TABLES = ["answers", "settings"];

export class Store {
  #sitting;
  #opened;
  #memory = new Map(TABLES.map((table) => [table, new Map()]));

  constructor(sitting) {
    this.#sitting = sitting;
    this.#opened = Promise.race([open(), new Promise((done) => setTimeout(done, PATIENCE, null))]).catch(() => null);
  }

  /** All of a table: a Map by key. */
  async all(table) {
    const found = await this.#ask(table, "readonly", (rows) => rows.getAll(this.#range()));
    return new Map((found ?? [...this.#memory.get(table)].map(([key, value]) => ({ key, value }))).map(({ key, value }) => [key, value]));
  }

  put(table, key, value) {
    this.#memory.get(table).set(key, value);
    return this.#ask(table, "readwrite", (rows) => rows.put({ sitting: this.#sitting, key, value }));
  }

  drop(table, key) {
    this.#memory.get(table).delete(key);
    return this.#ask(table, "readwrite", (rows) => rows.delete([this.#sitting, key]));
  }

  /** Forget everything about this sitting. */
  async clear() {
    for (const table of TABLES) {
      this.#memory.get(table).clear();
      await this.#ask(table, "readwrite", (rows) => rows.delete(this.#range()));
    }
  }

  #range() {
    return IDBKeyRange.bound([this.#sitting], [this.#sitting, []]);
  }

  async #ask(table, mode, request) {
    const database = await this.#opened;
    if (!database) return null;
    try {
      return await done(request(database.transaction(table, mode).objectStore(table)));
    } catch {
      return null;
    }
  }
}

async function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => TABLES.forEach((table) => request.result.createObjectStore(table, { keyPath: ["sitting", "key"] }));
  return done(request);
}

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
