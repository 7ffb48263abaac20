/* In the editor of a fault guide: offers the guide's nodes, by heading, wherever the id of a node is asked for. */
(() => {
  const LIST = "kb-nodes";
  const fields = () => document.querySelectorAll("[data-kb-node], [name='start']");
  const nodes = () =>
    [...document.querySelectorAll("input[type=hidden][name^='body-'][name$='-id']")]
      .map((id) => [id.value, document.querySelector(`[name='${id.name.replace(/-id$/, "-value-heading")}']`)?.value])
      .filter(([id, heading]) => id && heading !== undefined);
  const refresh = () => {
    const list = document.getElementById(LIST) || document.body.appendChild(Object.assign(document.createElement("datalist"), { id: LIST }));
    list.replaceChildren(...nodes().map(([id, heading]) => new Option(heading || id, id)));
    fields().forEach((field) => field.setAttribute("list", LIST));
  };
  document.addEventListener("focusin", (event) => event.target.matches("[data-kb-node], [name='start']") && refresh());
})();
