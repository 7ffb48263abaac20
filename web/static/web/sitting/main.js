// The sitting: every answer is saved as it is given, survives a lost network and a dead browser, and says honestly how it stands.
//
// The page first takes its seat (a newer page of the same sitting has it from then on), then whatever an earlier page could not send
// is taken up again. The server's clock is the only clock, and no time is over before the server says so.

import { Clock } from "./clock.js";
import { cover, freeze, lay } from "./desk.js";
import { count, listen } from "./fields.js";
import { Finish } from "./finish.js";
import { isSeated, post, sit } from "./link.js";
import { Navigator } from "./navigator.js";
import { Presence } from "./presence.js";
import { Question } from "./question.js";
import { Queue } from "./queue.js";
import { takeSeat } from "./seat.js";
import { Store } from "./store.js";
import { banner, tell, words } from "./words.js";

const TYPING = 700; // ms of quiet before a typed answer is sent
const RETRY = 3000; // ms between tries to take a seat, or to learn whether the time is over
const MOMENT = 300; // ms that do not make it worth waiting for the end once more

const form = document.getElementById("paper");
const store = new Store(form.dataset.sitting);
const fields = [...form.querySelectorAll("[data-item]")];
const questions = new Map(fields.map((field) => [Number(field.dataset.item), new Question(field, { changed, standing: (n) => pages.standing(n) })]));
const pages = new Navigator(new Map(fields.map((field) => [Number(field.dataset.item), field])), store);
const noted = new Set();
let isLost = false;
let isDone = false; // nothing more is sent
let isEnding = false;

const clock = new Clock({ onEnd: timeIsOver, onJump: (seconds) => presence.note("clock", seconds) });
const presence = new Presence(heard);
const queue = new Queue({
  store,
  reached,
  stopped,
  send: (item, { response, base }) => call("save", { item, response, base }),
  told: (what, n, ...said) => questions.get(n)[what](...said),
});
const finish = new Finish({
  call,
  queue,
  stopped,
  reached,
  open: () => pages.where((field) => !field.hasAttribute("data-answered")),
  marked: () => pages.marked,
  done: leave,
  isHalted: () => isDone || cover() !== null,
});

function changed(question, delay = 0, response = question.response) {
  if (!isDone) queue.put(question.n, response, question.revision, delay);
}

/** Ask the server; where it does not know this page, take the seat again and ask once more. */
async function call(name, sent) {
  const reply = following(await post(name, sent));
  if (!isStranger(reply)) return reply;
  const seat = await takeSeat(store);
  if (seat.status === 200) return following(await post(name, sent));
  return seat.status === 0 || seat.status === 410 || seat.status >= 500 ? seat : { ...seat, status: 401 }; // it says nothing of the answer
}

/** Whether the server does not know who asks: signed out, or signed in as somebody else. */
const isStranger = ({ status, data }) => status === 401 || ([403, 404].includes(status) && !data.message);

/** Every reply tells the time. */
function following(reply) {
  if (reply.status === 200) clock.sync(reply.data, reply.sentAt);
  return reply;
}

/* --------------------------------------------------------------- the line */

function reached(isReached, status) {
  if (!isReached) {
    isLost = true;
    if (status !== 401) presence.line(false);
    banner(status === 401 ? words.signin : words.lost);
  } else {
    presence.line(true);
    if (isLost && queue.size === 0) {
      isLost = false;
      banner(words.back, { isGood: true });
    }
  }
}

/** Deal with the answer to a heartbeat. */
async function heard(reply) {
  following(reply);
  if (reply.status === 200) {
    if (isLost && queue.size && cover() === null) queue.release();
    reached(true);
    tellAll(reply.data.messages);
    if (reply.data.lease === false) stopped({ status: 409, data: { reason: "lease" } });
    else rest(reply.data.paused);
  } else if (reply.status === 410) {
    stopped(reply);
  } else if (isStranger(reply)) {
    if ((await takeSeat(store)).status !== 200) reached(false, 401);
  } else {
    reached(false, reply.status);
  }
}

const tellAll = (messages) => tell(messages, {
  isNoted: (id) => noted.has(id),
  note: (id) => { noted.add(id); store.put("settings", `noted-${id}`, id); },
});

/* ------------------------------------------------- what stops the whole page */

function stopped({ status, data }) {
  if (status === 410) over(data.message);
  else if (data.reason !== "paused") elsewhere();
  else {
    rest(true);
    presence.beat(); // from now on more often, so that no minute is lost when the break ends
  }
}

/** A newer page has the seat. */
function elsewhere() {
  if (isDone) return;
  queue.hold();
  presence.stop();
  lay("elsewhere");
}

document.getElementById("here").addEventListener("click", async ({ target }) => {
  target.disabled = true;
  await sitDown();
  target.disabled = false;
});

/** A break begins or ends. A page that was opened during one has no questions yet. */
function rest(isPaused) {
  if (isDone || isPaused === undefined || isPaused === (cover() === "break")) return;
  if (!isPaused && form.hasAttribute("data-paused")) return location.reload();
  lay(isPaused ? "break" : null);
  if (isPaused) queue.hold();
  else queue.release();
}

function over(message) {
  if (isDone) return;
  isDone = true;
  presence.stop();
  banner("");
  store.clear();
  document.getElementById("over-words").textContent = message ?? words.late;
  lay("over");
}

async function leave(url) {
  isDone = true;
  presence.stop();
  await store.clear();
  location.assign(url ?? form.dataset.result);
}

/** The clock says 0: ask the server first, it may have given more time. Then send what is left, and hand in. */
async function timeIsOver() {
  if (isEnding || isDone || cover() !== null || !isSeated()) return;
  isEnding = true;
  freeze(true);
  banner(words.asking);
  while (!isDone && (await presence.beat()).status !== 200) await new Promise((done) => setTimeout(done, RETRY));
  if (!isDone && cover() === null && clock.remaining <= MOMENT) {
    banner(words.over);
    await finish.handIn({ isForced: true });
  } else if (!isDone) {
    banner("");
    freeze(cover() !== null);
  }
  isEnding = false;
}

/* ---------------------------------------------------------------- the start */

/** Take the seat, see what the server has, and send what was not sent. Tried until it is certain. */
async function sitDown() {
  for (;;) {
    const reply = following(await takeSeat(store));
    if (reply.status === 200) return seated(reply.data);
    if (reply.status === 410) return queue.size ? queue.release() : over(reply.data.message); // those are kept as late
    reached(false, isStranger(reply) ? 401 : reply.status);
    if (reply.status === 403 && reply.data.message) banner(reply.data.message); // not from here
    await new Promise((done) => setTimeout(done, reply.wait || RETRY));
  }
}

function seated({ answers, messages, paused }) {
  for (const [n, data] of Object.entries(answers ?? {})) {
    if (!queue.has(Number(n))) questions.get(Number(n))?.show(data); // what waits is offered on the revision it was given on
  }
  if (cover() === "elsewhere") lay(null);
  tellAll(messages);
  rest(paused);
  if (cover() === null) queue.release();
  presence.run(paused);
  reached(true);
}

/** Take up what was not confirmed when an earlier page was left. */
async function takeUp() {
  const settings = await store.all("settings");
  for (const [key, id] of settings) if (key.startsWith("noted-")) noted.add(id);
  if (settings.has("seat")) sit(settings.get("seat"));
  for (const [n, entry] of await store.all("answers")) {
    if (!questions.has(n) || queue.has(n)) continue;
    questions.get(n).restore(entry.response);
    queue.restore(n, entry);
  }
}

form.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.matches('input[type="text"]')) { event.preventDefault(); event.target.blur(); } });
addEventListener("online", () => { if (cover() === null) queue.release(); });
addEventListener("offline", () => reached(false, 0));
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden" && cover() === null) queue.release(); });

for (const question of questions.values()) {
  await listen(question.field, (delay) => changed(question, delay), TYPING);
  count(question.field, words.count);
  if (question.isTouched) changed(question);
}
await pages.open();
await takeUp();
clock.run();
await sitDown();
