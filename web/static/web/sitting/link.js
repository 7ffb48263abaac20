// Requests to the server. They never throw and follow no redirect: a reply is {status, data, wait, sentAt}, its status 0 where
// nothing of ours answered (no network, too slow, the page of some gateway), 401 where nobody is signed in any more.

const PATIENCE = 15000; // ms before a request counts as lost
const SMALL = 30000; // characters that a browser still sends when the page is being left

const form = document.getElementById("paper");
const address = { seat: form.dataset.seat, save: form.dataset.save, beat: form.dataset.beat, finish: form.getAttribute("action") };
let token = "";

export const sit = (newToken) => { token = newToken; };
export const isSeated = () => token !== "";

/** Post JSON to one of the addresses of this sitting. */
export async function post(name, sent) {
  const sentAt = performance.now();
  try {
    const body = JSON.stringify(sent);
    const reply = await fetch(address[name], {
      method: "POST",
      keepalive: document.visibilityState === "hidden" && body.length < SMALL,
      credentials: "same-origin",
      redirect: "manual",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf(), ...(token && { "X-Seat": token }) },
      body,
      signal: AbortSignal.timeout?.(PATIENCE),
    });
    return await understood(reply, sentAt);
  } catch {
    return { status: 0, data: {}, wait: 0, sentAt };
  }
}

async function understood(reply, sentAt) {
  if (reply.type === "opaqueredirect") return { status: 401, data: { reason: "signed-out" }, wait: 0, sentAt };
  const isOurs = reply.headers.get("Content-Type")?.startsWith("application/json");
  const data = isOurs ? await reply.json() : {};
  return { status: reply.ok && !isOurs ? 0 : reply.status, data, wait: waitOf(reply.headers.get("Retry-After")), sentAt };
}

/** What Retry-After says, in ms: seconds, or a date; 0 for nothing. */
function waitOf(text) {
  const seconds = Number(text);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - Date.now();
  return wait > 0 ? wait : 0;
}

/** The token of the moment: signing in again in another window makes a new one. */
const csrf = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;
