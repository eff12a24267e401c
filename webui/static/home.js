// SPDX-License-Identifier: GPL-3.0-or-later
// Home follows the log, and shows its lists when they are unfolded. Without this file it is read anew by a reload.
(() => {
  "use strict";
  const { one } = globalThis.telltale;
  const SECONDS = 15;

  // Numbers change in place: nothing that is unfolded folds, and what the keyboard stands on stays. While somebody points
  // at the timeline or marks text, the page holds still.
  const still = () => document.hidden || one(".timeline-plot[data-at]") || !getSelection().isCollapsed;
  const follow = () => {
    const place = one("#home-live");
    if (place && !still()) globalThis.htmx?.ajax("GET", place.dataset.live, { target: "#home-live", swap: "outerMorph" });
  };
  document.addEventListener("htmx:before:morph:node", ({ detail: { oldNode, newNode } }) => {
    if (oldNode.tagName === "DETAILS") newNode.open = oldNode.open;
    if (oldNode.matches?.(".timeline-plot")) {
      for (const { name, value } of oldNode.attributes) if (!newNode.hasAttribute(name)) newNode.setAttribute(name, value);
    }
  });
  setInterval(follow, 1000 * SECONDS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) follow(); });

  document.addEventListener("toggle", (event) => {
    const lists = event.target.id === "numbers" && event.target.open && one("#number-lists[data-from]", event.target);
    if (lists) globalThis.htmx?.ajax("GET", lists.dataset.from, { target: "#number-lists", select: "#number-lists", swap: "outerHTML" });
  }, true);
})();
