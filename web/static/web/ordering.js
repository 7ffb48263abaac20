// Lines put in order with buttons up and down; the selects beneath, for browsers without scripts, follow.

/** Return the ids of the lines as they stand. */
export const orderOf = (list) => [...list.children].map((line) => line.dataset.line);

/** Put the lines in this order. */
export function arrange(list, ids) {
  for (const id of ids) list.append(list.querySelector(`[data-line="${CSS.escape(id)}"]`));
  settle(list);
}

/** Turn the list into one with buttons; `changed` is called after every move. */
export function makeMovable(list, changed) {
  for (const line of list.children) {
    line.querySelector("select").hidden = true;
    line.querySelector("select").disabled = true;
    line.querySelector(".move").hidden = false;
  }
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const line = button.closest("li");
    const up = button.dataset.move === "-1";
    const other = up ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    list.insertBefore(up ? line : other, up ? other : line);
    settle(list);
    (button.disabled ? line.querySelector(`[data-move="${up ? 1 : -1}"]`) : button).focus();
    changed();
  });
  settle(list);
}

function settle(list) {
  [...list.children].forEach((line, place) => {
    line.querySelector(".place").textContent = place + 1;
    line.querySelector('[data-move="-1"]').disabled = place === 0;
    line.querySelector('[data-move="1"]').disabled = place === list.children.length - 1;
  });
}
