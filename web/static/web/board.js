// The invigilator's board kept fresh: the list is fetched and put in place of the old one, while somebody looks at it.
// Without this script the same page is loaded again by hand.

const EVERY = 7000; // ms
const PATIENCE = 15000; // ms before a request counts as lost

const board = document.querySelector("[data-board]");
const state = document.querySelector("[data-board-state]");

function say(name) {
  const words = state.dataset[name];
  if (state.textContent !== words) state.textContent = words;
}

/** Put the new list in place of the old one, and the focus where it was. */
function show(html) {
  const focused = board.contains(document.activeElement) ? document.activeElement.id : "";
  const page = new DOMParser().parseFromString(html, "text/html");
  board.replaceChildren(...page.body.childNodes);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function refresh() {
  const url = new URL(location.href);
  url.searchParams.set("part", "1");
  url.hash = "";
  const reply = await fetch(url, { credentials: "same-origin", redirect: "error", signal: AbortSignal.timeout?.(PATIENCE) });
  if (!reply.ok) throw new Error(reply.status);
  show(await reply.text());
}

async function again() {
  if (!document.hidden) await refresh().then(() => say("sayLive"), () => say("sayLost"));
  setTimeout(again, EVERY);
}

// After a form that failed the address is that of the act: there is nothing to fetch from it.
if (board && /\/board\/$/.test(location.pathname)) {
  say("sayLive");
  setTimeout(again, EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh().then(() => say("sayLive"), () => {}); });
}
