// SPDX-License-Identifier: GPL-3.0-or-later
// Home follows the log, and shows its lists when they are unfolded. Without this file it is read anew by a reload.
(() => {
  "use strict";
  const { one, all } = globalThis.telltale;
  const SECONDS = 15, RESTS = 30; // who has not moved for so long points at nothing

  // Numbers change in place: nothing that is unfolded folds, and what the keyboard stands on stays. While somebody points
  // at the timeline or marks text, the page holds still.
  let moved = 0;
  for (const kind of ["pointermove", "keydown"]) addEventListener(kind, () => { moved = Date.now(); }, { passive: true });
  const still = () => document.hidden || !getSelection().isCollapsed || (one(".timeline-plot[data-at]") && Date.now() - moved < 1000 * RESTS);
  const follow = () => {
    const place = one("#home-live");
    if (place && !still()) globalThis.htmx?.ajax("GET", place.dataset.live, { target: "#home-live", swap: "outerMorph" });
  };
  let unfolded = [];
  const folds = () => all("#home-live details");
  const called = (fold) => one("summary", fold).textContent;
  document.addEventListener("htmx:before:swap", () => { unfolded = folds().filter((fold) => fold.open).map(called); });
  document.addEventListener("htmx:after:swap", () => {
    for (const fold of folds()) if (unfolded.includes(called(fold))) fold.open = true;
  });
  setInterval(follow, 1000 * SECONDS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) follow(); });

  document.addEventListener("toggle", (event) => {
    const lists = event.target.id === "numbers" && event.target.open && one("#number-lists[data-from]", event.target);
    if (lists) globalThis.htmx?.ajax("GET", lists.dataset.from, { target: "#number-lists", select: "#number-lists", swap: "outerHTML" });
  }, true);
})();
