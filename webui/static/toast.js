// SPDX-License-Identifier: GPL-3.0-or-later
// What was changed just now, with Undo: said aloud, and there for ten seconds, or for as long as somebody points at it or
// stands on it. What is gone is on the page of changes all the same.
(() => {
  "use strict";
  const { one, say } = globalThis.telltale;
  const place = one("#toast"), STAYS_MS = 10000;
  if (!place) return;
  let timer = 0;
  const isHeld = () => place.matches(":hover") || place.contains(document.activeElement);
  const close = () => {
    const hadFocus = place.contains(document.activeElement);
    clearTimeout(timer);
    place.replaceChildren();
    if (hadFocus) one("#main").focus({ preventScroll: true });
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => { if (isHeld()) later(); else close(); }, STAYS_MS);
  };
  const arrived = () => {
    const line = one(".toast-line", place);
    if (!line || one(".toast-close", line)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet mini toast-close";
    button.setAttribute("aria-label", say("Close"));
    button.textContent = "×";
    button.addEventListener("click", close);
    line.append(button);
    later();
  };
  new MutationObserver(arrived).observe(place, { childList: true });
  for (const kind of ["pointerleave", "focusout"]) place.addEventListener(kind, later);
  place.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  // What came with the page is said, too: a live region speaks of what changes in it.
  // Who has reached it already keeps what they stand on.
  const spoken = () => {
    if (isHeld()) arrived();
    else place.replaceChildren(...[...place.children].map((line) => line.cloneNode(true)));
  };
  if (place.children.length) setTimeout(spoken, 300);
})();
