// Buttons that print; what is folded to be read or printed is opened for the paper and folded again after it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

const folded = () => document.querySelectorAll("details.whole:not([open])");
addEventListener("beforeprint", () => {
  for (const details of folded()) {
    details.open = true;
    addEventListener("afterprint", () => { details.open = false; }, { once: true });
  }
});
