// What covers the paper: a break, a newer page that has the seat, the end.

const COVERS = ["break", "elsewhere", "over"];
const show = (id, isShown) => { document.getElementById(id).hidden = !isShown; };

/** What covers it now, or null. */
export const cover = () => COVERS.find((id) => !document.getElementById(id).hidden) ?? null;

/** Cover the paper with one of these, or with nothing. During a break nothing of it is seen; otherwise it can still be read. */
export function lay(id) {
  if (cover() === id) return;
  for (const each of COVERS) show(each, each === id);
  show("desk", id !== "break");
  show("beside", id !== "break");
  show("finish", id === null);
  freeze(id !== null);
  if (id) document.getElementById(id).focus();
}

/** Nothing can be answered here, for now or for good. */
export function freeze(isFrozen) {
  document.body.classList.toggle("is-read-only", isFrozen);
  for (const field of document.querySelectorAll("[data-item]")) field.disabled = isFrozen;
  for (const button of document.querySelectorAll('[name="whole"]')) button.disabled = isFrozen;
}
