// Buttons that print; folded parts are opened on paper by the browser's own print event.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
