// The wizard made smooth: the next screen is fetched and put in place of this one. Every screen stands in its address, so without
// this script the same links and forms work as they are, and so they do wherever something here does not go as it should.
//
// Only what is marked data-step is taken over. When the network is gone nothing is left: what was typed stays in its field, a line
// says so, and the step is tried again when the network is back.

const AGAIN = 4000; // ms between tries without a network
const POLL = 10000; // ms between looks at what a supervisor decided
const PATIENCE = 20000; // ms before a request counts as lost

let latest = 0; // the step asked for last; replies to earlier ones are dropped
let retry = null;
let again = () => {};

const frame = () => document.querySelector(".page");
const walking = () => document.querySelector("[data-walk]");

/* ---------------------------------------------------------------- going */

/** Go to a screen of this walk; `push` makes it a new entry of the history. */
async function go(url, { push = true } = {}) {
  const mine = ++latest;
  clearTimeout(retry);
  walking()?.classList.add("is-waiting");
  const found = await load(url).catch(() => null);
  if (mine !== latest) return;
  if (found === null) return wait(url, push);
  if (!found.page) return location.assign(url); // something else answered: let the browser show it
  await show(found.page, { url: push ? found.url : null });
}

/** Fetch a screen: its document, or none where what came is no screen of the wizard. Throws without a network. */
async function load(url) {
  const reply = await fetch(url, { credentials: "same-origin", signal: AbortSignal.timeout?.(PATIENCE) });
  const isScreen = (reply.ok || reply.status === 422) && reply.headers.get("Content-Type")?.startsWith("text/html");
  const page = isScreen ? new DOMParser().parseFromString(await reply.text(), "text/html") : null;
  return { url: reply.url, page: page?.querySelector("[data-walk]") ? page : null };
}

/** Say that the network is gone, and try again later. What was typed stays where it is. */
function wait(url, push) {
  const here = walking();
  here.classList.remove("is-waiting");
  say(here.dataset.sayLost);
  again = () => {
    say(here.dataset.sayTrying);
    go(url, { push });
  };
  retry = setTimeout(again, AGAIN);
}

function say(words) {
  let line = document.querySelector("[data-network]");
  if (!line) {
    line = document.createElement("p");
    line.className = "note note--warning";
    line.dataset.network = "";
    line.setAttribute("role", "status");
    walking().prepend(line);
  }
  line.textContent = words;
}

/* -------------------------------------------------------------- showing */

/** Put a screen in place of this one, with its title and the addresses around it, and begin at its heading; `url` is new. */
async function show(page, { url = null } = {}) {
  const change = () => {
    if (url) history.pushState({ walk: true }, "", url);
    document.title = page.title;
    frame().replaceChildren(...page.querySelector(".page").childNodes);
    frame().querySelectorAll("script[src]").forEach(run);
    follow(page, "a[hreflang]");
    follow(page, ".topside a");
  };
  const isQuiet = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (document.startViewTransition && !isQuiet) await document.startViewTransition(change).updateCallbackDone;
  else change();
  watch();
  scrollTo(0, 0);
  const start = document.querySelector("[aria-invalid='true']") ?? document.querySelector(".node h1");
  start?.focus({ preventScroll: start.tagName === "H1" });
}

/** What came as text does not run: put a script of ours in its place that does. */
function run(script) {
  const fresh = document.createElement("script");
  for (const { name, value } of script.attributes) fresh.setAttribute(name, value);
  script.replaceWith(fresh);
}

/** Links outside that speak of this address (the other language, signing in) speak of the new one. */
function follow(page, those) {
  const fresh = page.querySelectorAll(those);
  document.querySelectorAll(those).forEach((link, place) => fresh[place] && link.setAttribute("href", fresh[place].getAttribute("href")));
}

/** While a supervisor is asked, look now and then what he said; the screen changes only when he did. */
let poll = null;
function watch() {
  clearInterval(poll);
  if (!document.querySelector("[data-poll]")) return;
  poll = setInterval(async () => {
    const mine = latest;
    if (document.hidden) return;
    const found = await load(location.href).catch(() => null);
    if (mine !== latest || !found?.page || found.page.querySelector("[data-poll]")) return;
    clearInterval(poll);
    await show(found.page);
  }, POLL);
}

/* -------------------------------------------------------------- events */

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-step]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.href);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-step]") || event.defaultPrevented) return;
  event.preventDefault();
  const url = new URL(form.getAttribute("action") ?? location.pathname, location.href);
  url.search = new URLSearchParams(new FormData(form));
  go(url.href);
});

addEventListener("popstate", () => walking() && go(location.href, { push: false }));
addEventListener("online", () => document.querySelector("[data-network]") && again());

watch();
