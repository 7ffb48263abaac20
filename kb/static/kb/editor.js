/* What our documents need of Wagtail's editor. A fault guide's own script is guide.js. */

// The Markdown editor: no dictionary, no icons from other people's servers; the browser checks the spelling.
window.wagtailMarkdown = window.wagtailMarkdown || {};
window.wagtailMarkdown.options = {
  ...window.wagtailMarkdown.options,
  spellChecker: false,
  nativeSpellcheck: true,
  autoDownloadFontAwesome: false,
  minHeight: "6rem",
  status: false,
};

// A text has its Markdown editor once it is seen: a guide of 150 nodes has 150 texts.
if (window.easymdeAttach && "IntersectionObserver" in window) {
  const attach = window.easymdeAttach;
  const waiting = new Map();
  const seen = new IntersectionObserver(
    (entries) =>
      entries
        .filter((entry) => entry.isIntersecting)
        .forEach(({ target }) => {
          seen.unobserve(target);
          const rest = waiting.get(target);
          waiting.delete(target);
          if (target.isConnected && rest) attach(target.id, ...rest);
        }),
    { rootMargin: "200px" },
  );
  window.easymdeAttach = (id, ...rest) => {
    const area = document.getElementById(id);
    waiting.set(area, rest);
    seen.observe(area);
  };
}
