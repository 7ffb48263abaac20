// A flow chart wider than its frame begins with its first node in view, not with the empty corner beside it.
for (const sheet of document.querySelectorAll("[data-chart]")) {
  const first = sheet.querySelector(".fc-node");
  if (!first) continue;
  const node = first.getBoundingClientRect();
  const frame = sheet.getBoundingClientRect();
  sheet.scrollLeft += node.left + node.width / 2 - (frame.left + frame.width / 2);
}
