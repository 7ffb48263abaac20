// The seat: this page may write as long as no newer page of the same sitting has taken it.

import { post, sit } from "./link.js";

let asked = null;

/** Take the seat, once however many ask for it at the same time; answer the reply. */
export function takeSeat(store) {
  asked ??= take(store).finally(() => { asked = null; });
  return asked;
}

async function take(store) {
  const reply = await post("seat", { device: device(), opened: await opened(store), screen: `${screen.width}x${screen.height}` });
  if (reply.status === 200) {
    sit(reply.data.seat);
    store.put("settings", "seat", reply.data.seat); // what waits can then be sent even when the sitting is over
  }
  return reply;
}

let times = null;

/** How many times this browser has opened this sitting. */
async function opened(store) {
  if (times === null) {
    times = ((await store.all("settings")).get("opened") ?? 0) + 1;
    store.put("settings", "opened", times);
  }
  return times;
}

/** A random number of this browser, by which the log tells devices apart; the only thing kept outside of IndexedDB. */
function device() {
  const make = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    if (!localStorage.getItem("benchbook.device")) localStorage.setItem("benchbook.device", make());
    return localStorage.getItem("benchbook.device");
  } catch {
    return "";
  }
}
