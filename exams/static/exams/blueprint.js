/* The editor of an exam: whether the bank can fill the blueprint as it is typed. */

const place = document.getElementById("paper-check");
const form = document.getElementById("w-editor-form");
let waiting;
let last = 0;

async function check() {
  const asked = ++last;
  const rows = new FormData();
  for (const [name, value] of new FormData(form)) {
    if (name.startsWith("blueprint-") || name === "csrfmiddlewaretoken") rows.append(name, value);
  }
  const answer = await fetch(place.dataset.check, { method: "POST", body: rows });
  if (answer.ok && asked === last) place.innerHTML = await answer.text();
}

function changed() {
  clearTimeout(waiting);
  waiting = setTimeout(check, 400);
}

if (place && form) {
  document.getElementById("id_blueprint-FORMS")?.after(place.closest("section"));
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("click", (event) => event.target.closest("button[type=button]") && changed());
}
