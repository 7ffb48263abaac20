// The fields of a question: what is answered in them, and putting an answer into them. One entry per kind of question.

import { arrange, makeMovable, orderOf } from "../ordering.js";

let play = null; // the script of simulations, loaded where the paper has one

const text = (field) => field.querySelector('input[type="text"], textarea');
const chosen = (field) => [...field.querySelectorAll("input:checked")].map((input) => input.value);
const list = (field) => field.querySelector("[data-order]");
const filled = (entries) => { const found = entries.filter(([, value]) => value !== null); return found.length ? Object.fromEntries(found) : null; };

function measured(box) {
  const number = text(box).value.trim();
  const unit = box.querySelector("select");
  if (number === "") return null;
  return unit ? { number, unit: unit.value } : number;
}

function measure(box, response) {
  text(box).value = response?.number ?? response ?? "";
  if (response?.unit) box.querySelector("select").value = response.unit;
}

const typed = { read: (field) => text(field).value.trim() === "" ? null : text(field).value, write: (field, response) => { text(field).value = response ?? ""; } };

function choose(field, response) {
  const wanted = new Set([response].flat().map(String));
  for (const input of field.querySelectorAll('input[type="radio"], input[type="checkbox"]')) input.checked = response !== null && wanted.has(input.value);
}

const GAPS = {
  single: { read: (gap) => gap.querySelector("select").value || null, write: (gap, response) => { gap.querySelector("select").value = [response ?? ""].flat()[0]; } },
  numeric: { read: measured, write: measure },
  short: typed,
};

const KINDS = {
  single: { read: (field) => chosen(field)[0] ?? null, write: choose },
  multiple: { read: (field) => { const all = chosen(field); return all.length ? all : null; }, write: choose },
  truefalse: { read: (field) => { const [value] = chosen(field); return value === undefined ? null : value === "true"; }, write: choose },
  numeric: { read: measured, write: measure },
  short: typed,
  essay: typed,
  ordering: { read: (field) => orderOf(list(field)), write: (field, response) => { if (response) arrange(list(field), response); } },
  matching: {
    read: (field) => filled([...field.querySelectorAll("[data-left]")].map((select) => [select.dataset.left, select.value || null])),
    write: (field, response) => { for (const select of field.querySelectorAll("[data-left]")) select.value = response?.[select.dataset.left] ?? ""; },
  },
  cloze: {
    read: (field) => filled([...field.querySelectorAll("[data-gap]")].map((gap) => [gap.dataset.gap, GAPS[gap.dataset.kind].read(gap)])),
    write: (field, response) => { for (const gap of field.querySelectorAll("[data-gap]")) GAPS[gap.dataset.kind].write(gap, response?.[gap.dataset.gap] ?? null); },
  },
  simulation: { read: (field) => play?.read(field) ?? null, write: (field, response) => play?.write(field, response) },
};

export const read = (field) => KINDS[field.dataset.kind].read(field);

export function write(field, response) {
  KINDS[field.dataset.kind].write(field, response);
  count(field);
}

/** What a simulation shows after an action. */
export const reveal = (field, data) => { if (data && field.dataset.kind === "simulation") play?.reveal(field, data); };

/** An answer as text to compare by: the server trims what is typed, and keeps plain signs for full-width ones. */
export const asText = (response) => JSON.stringify([response].flat(), (_key, value) => (typeof value === "string" ? value.trim() : value)).normalize("NFKC");

/** The answer that stands in the fields, in words. */
export function inWords(field) {
  const labels = [...field.querySelectorAll("input:checked")].map((input) => input.closest("label").textContent.trim());
  if (labels.length) return labels.join("; ");
  if (list(field)) return [...list(field).children].map((line) => line.querySelector(".text").textContent.trim()).join(" → ");
  const said = [...field.querySelectorAll('input[type="text"], textarea, select')].filter((input) => input.value !== "");
  return said.map((input) => (input.selectedOptions ? input.selectedOptions[0].textContent : input.value).trim()).join(" ");
}

/** Whether the person was quicker than this script: what stands in the fields is not what the page came with. */
export function isTouched(field) {
  if (list(field) || field.querySelector("[data-script]")) return false;
  return [...field.querySelectorAll("input, textarea, select")].some((input) => {
    if (input.type === "hidden") return false;
    if (input.options) return [...input.options].some((option, place) => option.selected !== (option.defaultSelected || (place === 0 && !input.querySelector("[selected]"))));
    return input.type === "text" || input.type === "textarea" ? input.value !== input.defaultValue : input.checked !== input.defaultChecked;
  });
}

const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[^\s\p{P}\p{S}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;

/** Show how many words an essay has; a Chinese character is one. */
export function count(field, words) {
  const box = field.querySelector("[data-count]");
  if (!box) return;
  if (words) box.dataset.words = words;
  box.textContent = box.dataset.words?.replace("%s", text(field).value.match(WORD)?.length ?? 0) ?? "";
}

/** Make the fields live: `changed(delay)` is called for every change, with how many ms of quiet to wait for. */
export async function listen(field, changed, typing) {
  if (list(field)) {
    makeMovable(list(field), () => changed(typing));
    field.querySelector("[data-keep]").addEventListener("click", () => changed(0));
  }
  const script = field.querySelector("[data-script]");
  if (script) {
    play ??= await import(script.dataset.script).catch(() => null);
    play?.listen(field, changed);
    return;
  }
  const isTyped = (target) => target.matches('input[type="text"], textarea');
  field.addEventListener("change", (event) => { if (event.target.name) changed(0); });
  for (const kind of ["input", "compositionend"]) {
    field.addEventListener(kind, (event) => {
      if (!isTyped(event.target)) return;
      count(field);
      if (!(kind === "input" && event.isComposing)) changed(typing); // half a syllable is no answer
    });
  }
}
