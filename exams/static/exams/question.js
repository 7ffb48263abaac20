/* The editor of a question: help for the chosen kind alone, and the passages of the chosen document. */

const kind = document.getElementById("id_kind");
const help = document.querySelectorAll("[data-help]");

function showHelp() {
  for (const each of help) each.hidden = each.dataset.help !== kind.value;
}

if (kind) {
  kind.addEventListener("change", showHelp);
  showHelp();
}

const page = document.getElementById("id_page");
const passage = document.getElementById("id_block_id");
const button = document.querySelector("[data-list-passages]");

async function showPassages() {
  const answer = await fetch(`${button.dataset.listPassages}?page=${encodeURIComponent(page.value)}`);
  if (!answer.ok) return;
  const { passages } = await answer.json();
  const chosen = passage.value;
  passage.replaceChildren(new Option("—", ""), ...passages.map(([id, words]) => new Option(words, id)));
  passage.value = passages.some(([id]) => id === chosen) ? chosen : "";
}

if (page && passage && button) {
  button.hidden = true;
  page.addEventListener("change", showPassages);
}
