/* What our documents need of Wagtail's editor. */

// The Markdown editor: no dictionary, no icons from other people's servers; the browser checks the spelling.
window.wagtailMarkdown = window.wagtailMarkdown || {};
window.wagtailMarkdown.options = {
  ...window.wagtailMarkdown.options,
  spellChecker: false,
  nativeSpellcheck: true,
  autoDownloadFontAwesome: false,
};

// A fault guide: wherever the id of a node is asked for, offer the guide's nodes by heading.
(() => {
  const LIST = "kb-nodes";
  const TARGET = "[data-kb-node] input, [name='start']";
  const nodes = () =>
    [...document.querySelectorAll("input[type=hidden][name^='body-'][name$='-id']")]
      .map((id) => [id.value, document.querySelector(`[name='${id.name.replace(/-id$/, "-value-heading")}']`)?.value])
      .filter(([id, heading]) => id && heading !== undefined);
  document.addEventListener("focusin", ({ target }) => {
    if (!target.matches(TARGET)) return;
    const list =
      document.getElementById(LIST) ||
      document.body.appendChild(Object.assign(document.createElement("datalist"), { id: LIST }));
    list.replaceChildren(...nodes().map(([id, heading]) => new Option(heading || id, id)));
    target.setAttribute("list", LIST);
  });
})();
