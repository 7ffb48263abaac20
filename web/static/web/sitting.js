// The sitting: every answer is saved as it is given, survives a lost network and a closed tab, and says honestly how it stands.
//
// One entry per item waits in `queue` (the latest answer wins) and, as a copy, in localStorage under the sitting's id until the
// server has confirmed it. One request per item is under way at a time; failures are tried again later and later, or when the
// server says (Retry-After). The server's clock is the only clock: the time left is re-read from every reply.

import { arrange, makeMovable, orderOf } from "./ordering.js";

const form = document.getElementById("paper");
const say = (key) => form.dataset[`say${key}`];
/** The token of the moment: signing in again in another window makes a new one. */
const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;
const store = `benchbook.sitting.${form.dataset.sitting}`;
const items = new Map([...form.querySelectorAll("[data-item]")].map((field) => [Number(field.dataset.item), field]));
const TYPING = 700; // ms of quiet before a typed answer is sent
const FIRST_RETRY = 1000;
const LAST_RETRY = 30000;
const PATIENCE = 15000; // ms before a request counts as lost

// item -> {response, base, lost}: the revision the answer was given on, and what was sent before it without a reply
const queue = new Map();
const sending = new Set();
const timers = new Map();
const failures = new Map();
let isOffline = false;
let isOver = false;

/* ------------------------------------------------------------- answers */

function read(field) {
  const chosen = [...field.querySelectorAll("input:checked")].map((input) => input.value);
  switch (field.dataset.kind) {
    case "single": return chosen[0] ?? null;
    case "multiple": return chosen.length ? chosen : null;
    case "truefalse": return chosen.length ? chosen[0] === "true" : null;
    case "numeric": return field.querySelector('input[type="text"]').value.trim() || null;
    default: return orderOf(field.querySelector("[data-order]"));
  }
}

function write(field, response) {
  const wanted = new Set((Array.isArray(response) ? response : [response]).map(String));
  for (const input of field.querySelectorAll('input[type="radio"], input[type="checkbox"]')) input.checked = response !== null && wanted.has(input.value);
  if (field.dataset.kind === "numeric") field.querySelector('input[type="text"]').value = response ?? "";
  if (field.dataset.kind === "ordering" && response) arrange(field.querySelector("[data-order]"), response);
  mark(field, response !== null);
}

function mark(field, isAnswered) {
  field.toggleAttribute("data-answered", isAnswered);
  field.querySelector("[data-clear]").hidden = !isAnswered;
  const keep = field.querySelector("[data-keep]");
  if (keep) keep.hidden = isAnswered;
  const jump = document.querySelector(`[data-jump="${field.dataset.item}"]`);
  jump.classList.toggle("is-answered", isAnswered);
  const words = jump.querySelector("[data-done]");
  words.textContent = ` ${isAnswered ? words.dataset.done : words.dataset.open}`;
  document.getElementById("answered").textContent = [...items.values()].filter((each) => each.hasAttribute("data-answered")).length;
}

function state(field, kind, text) {
  const line = field.querySelector("[data-state]");
  const span = document.createElement("span");
  span.className = kind;
  span.textContent = text;
  line.replaceChildren(span);
  document.querySelector(`[data-jump="${field.dataset.item}"]`).classList.toggle("is-waiting", kind === "waiting");
}

/* --------------------------------------------------------------- queue */

function keep() {
  try {
    if (queue.size) localStorage.setItem(store, JSON.stringify([...queue]));
    else localStorage.removeItem(store);
  } catch { /* private mode or full: memory still holds them */ }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(store) ?? "[]");
  } catch {
    return [];
  }
}

function answer(field, response, delay = 0) {
  if (isOver) return;
  const item = Number(field.dataset.item);
  queue.set(item, { response, base: Number(field.dataset.revision), lost: queue.get(item)?.lost ?? [] });
  keep();
  mark(field, response !== null);
  state(field, "saving", say("Saving"));
  schedule(item, delay);
}

function schedule(item, delay) {
  clearTimeout(timers.get(item));
  timers.set(item, setTimeout(() => send(item), delay));
}

async function send(item) {
  const field = items.get(item);
  const entry = queue.get(item);
  if (!entry || sending.has(item)) return; // the one under way looks again when it is back
  sending.add(item);
  let wait = null;
  const words = asText(entry.response);
  const { lost } = entry;
  if (!lost.includes(words)) lost.push(words); // until a reply says what became of it
  keep();
  try {
    const reply = await fetch(form.dataset.save, {
      method: "POST",
      keepalive: true,
      credentials: "same-origin",
      redirect: "manual",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({ item, response: entry.response, base: entry.base }),
      signal: AbortSignal.timeout?.(PATIENCE),
    });
    wait = await received(reply, item, field, entry);
  } catch {
    wait = failed(item, field);
    lineLost(say("Lost"));
  } finally {
    sending.delete(item);
  }
  if (queue.has(item) && !isOver) schedule(item, wait ?? 0);
}

/** An answer as text to compare by: the server keeps a single choice as a list, and plain digits for full-width ones. */
const asText = (response) => JSON.stringify([response].flat()).normalize("NFKC");

/** Deal with a reply; return how long to wait before the next try of what is still to be sent. */
async function received(reply, item, field, entry) {
  if (reply.type === "opaqueredirect" || reply.status === 401 || reply.status === 403) {
    lineLost(say("Signin"));
    return failed(item, field);
  }
  if (reply.status === 429 || reply.status >= 500) return failed(item, field, Number(reply.headers.get("Retry-After")) * 1000);
  const data = await reply.json().catch(() => ({}));
  failures.delete(item);
  const isLatest = queue.get(item) === entry;
  if (reply.ok) {
    lineBack();
    hold(field, data.revision, entry.response);
    rebase(item, data.revision);
    if (isLatest) {
      drop(item);
      state(field, "saved", `${entry.response === null ? say("Cleared") : say("Saved")} ${data.saved_at}`);
    }
    keepTime(data.remaining_ms);
  } else if (reply.status === 409) {
    hold(field, data.revision, data.response);
    const isOwn = entry.lost.includes(asText(data.response)); // saved earlier from here, only its reply was lost
    rebase(item, data.revision);
    if (isLatest && !isOwn) {
      drop(item);
      write(field, data.response);
      state(field, "refused", data.message ?? say("Newer"));
    }
  } else if (reply.status === 410) {
    if (isLatest) drop(item); // kept by the server as late; what else waits is sent too before this page is left
    state(field, "refused", data.message ?? say("Unsaved"));
    if (queue.size) return 0;
    isOver = true;
    location.assign(data.url ?? form.dataset.result);
  } else if (isLatest) { // 400, 422: it will never be accepted as it is
    drop(item);
    mark(field, field.hasAttribute("data-held"));
    const stands = field.hasAttribute("data-held") ? ` ${say("Stands")}` : "";
    state(field, "refused", `${say("Unsaved")}: ${data.message ?? reply.status}${stands}`);
  }
  return 0;
}

/** Remember what the server has: the revision the next save is based on, and whether there is an answer at all. */
function hold(field, revision, response) {
  field.dataset.revision = revision;
  field.querySelector('[name$="-base"]').value = revision;
  field.toggleAttribute("data-held", response !== null);
}

/** What waits for this item is now based on this revision. */
function rebase(item, revision) {
  const waiting = queue.get(item);
  if (waiting) Object.assign(waiting, { base: revision, lost: [] });
  keep();
}

function drop(item) {
  queue.delete(item);
  keep();
}

function failed(item, field, asked) {
  const tries = (failures.get(item) ?? 0) + 1;
  failures.set(item, tries);
  state(field, "waiting", say("Waiting"));
  const own = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** (tries - 1)) * (0.75 + Math.random() / 2);
  return asked > 0 ? Math.min(asked, LAST_RETRY) : own;
}

const line = document.getElementById("line");

function lineLost(text) {
  isOffline = true;
  line.className = "line-state shell";
  line.textContent = text;
  line.hidden = false;
}

function lineBack() {
  if (!isOffline) return;
  isOffline = false;
  for (const item of queue.keys()) schedule(item, 0);
  line.className = "line-state line-state--good shell";
  line.textContent = say("Back");
  setTimeout(() => { if (!isOffline) line.hidden = true; }, 6000);
}

addEventListener("online", () => { for (const item of queue.keys()) schedule(item, 0); });
addEventListener("offline", () => lineLost(say("Lost")));

/** Send everything at once and wait until nothing is left or the time is up. */
async function flush(limit) {
  const until = performance.now() + limit;
  for (const item of queue.keys()) { clearTimeout(timers.get(item)); send(item); }
  while (queue.size && performance.now() < until) await new Promise((done) => setTimeout(done, 150));
  return queue.size === 0;
}

/* --------------------------------------------------------------- clock */

const left = document.getElementById("left");
const clock = document.getElementById("clock");
let endsAt = 0; // on the clock of performance.now(), which no one can set
let lastSpoken = Infinity;

function keepTime(remaining) {
  if (Number.isFinite(remaining)) endsAt = performance.now() + remaining;
}

function tick() {
  const seconds = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
  const hours = Math.floor(seconds / 3600);
  const shown = [Math.floor((seconds % 3600) / 60), seconds % 60].map((part) => String(part).padStart(2, "0")).join(":");
  left.textContent = hours ? `${hours}:${shown}` : shown;
  clock.classList.toggle("clock--low", seconds <= 300);
  for (const minutes of [10, 5, 1]) {
    if (seconds <= minutes * 60 && lastSpoken > minutes && seconds > (minutes - 1) * 60) {
      lastSpoken = minutes;
      document.getElementById("spoken").textContent = say("Minutes").replace("%s", minutes);
    }
  }
  if (seconds === 0 && !isOver) timeIsOver();
}

async function timeIsOver() {
  lineLost(say("Over"));
  await flush(20000);
  await finish();
}

/* -------------------------------------------------------------- finish */

async function finish() {
  if (!(await flush(10000)) && performance.now() < endsAt) return; // still time: the banner says what is amiss
  isOver = true;
  for (let tries = 0; ; tries += 1) {
    try {
      const headers = { "X-CSRFToken": token() };
      const reply = await fetch(form.getAttribute("action"), { method: "POST", headers, credentials: "same-origin", redirect: "manual" });
      if (reply.type === "opaqueredirect" || reply.ok) break;
    } catch { /* no network: try again */ }
    lineLost(say("Lost"));
    await new Promise((done) => setTimeout(done, Math.min(LAST_RETRY, FIRST_RETRY * 2 ** tries)));
  }
  queue.clear();
  keep();
  location.assign(form.dataset.result);
}

const dialog = document.getElementById("confirm");

function ask() {
  const open = [...items.values()].filter((field) => !field.hasAttribute("data-answered")).map((field) => field.dataset.item);
  const words = document.getElementById("confirm-open");
  words.textContent = open.length ? words.dataset.some.replace("%s", open.join(", ")) : words.dataset.none;
  dialog.showModal();
}

document.getElementById("not-yet").addEventListener("click", () => dialog.close());
document.getElementById("really").addEventListener("click", async (event) => {
  event.target.disabled = true;
  dialog.close();
  await finish();
  event.target.disabled = false;
});

/* --------------------------------------------------------------- start */

form.addEventListener("submit", (event) => { event.preventDefault(); if (!isOver) ask(); });
form.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.matches('input[type="text"]')) { event.preventDefault(); event.target.blur(); } });
form.addEventListener("change", (event) => {
  const field = event.target.closest("[data-item]");
  if (field && event.target.matches('input[type="radio"], input[type="checkbox"]')) answer(field, read(field));
  else if (field && event.target.matches('input[type="text"]')) answer(field, read(field), 0);
});
form.addEventListener("input", (event) => {
  const field = event.target.closest("[data-item]");
  if (field && event.target.matches('input[type="text"]')) answer(field, read(field), TYPING);
});

for (const [item, field] of items) {
  const list = field.querySelector("[data-order]");
  if (list) {
    makeMovable(list, () => answer(field, read(field), TYPING));
    field.querySelector("[data-keep]").addEventListener("click", () => answer(field, read(field)));
  }
  field.querySelector("[data-clear]").addEventListener("click", () => { write(field, null); answer(field, null); field.querySelector("input:not([type=hidden]), [data-keep]")?.focus(); });
  field.toggleAttribute("data-held", field.hasAttribute("data-answered"));
  mark(field, field.hasAttribute("data-answered"));
}

for (const [item, entry] of kept()) { // what was not confirmed when the page was last left
  const field = items.get(item);
  if (!field) continue;
  write(field, entry.response);
  queue.set(item, entry);
  state(field, "waiting", say("Waiting"));
  schedule(item, 0);
}

/** Whether the person was quicker than this script: what stands in the field is not what the page came with. */
function isTouched(input) {
  return input.type === "text" ? input.value !== input.defaultValue : input.type !== "hidden" && input.checked !== input.defaultChecked;
}
for (const [item, field] of items) {
  if (!queue.has(item) && [...field.querySelectorAll("input")].some(isTouched)) answer(field, read(field));
}

keepTime(Number(left.dataset.remaining));
tick();
setInterval(tick, 500);
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") for (const item of queue.keys()) { clearTimeout(timers.get(item)); send(item); }
});
