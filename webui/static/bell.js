// SPDX-License-Identifier: GPL-3.0-or-later
// How many things need a look, as it is now: asked when the page is there, now and then, and after each change. The same
// question tells whether the appliance is there at all (frame.js).
(() => {
  "use strict";
  const { one } = globalThis.telltale;
  const PATIENCE_MS = 10000;
  const ring = async () => {
    const answer = await fetch("/attention/count", { cache: "no-store", headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok || !one("#bell")) return;
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    const bell = one("#bell", holder.content), before = one("#bell");
    if (!bell || bell.dataset.count === before.dataset.count) return;
    const wasFocused = document.activeElement === before;
    before.replaceWith(bell);
    if (wasFocused) bell.focus();
    const told = one("#bell-told");
    if (told && before.dataset.count) told.textContent = one(".sr", bell).textContent;
  };
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx?.response?.headers?.get("Telltale-Change")) ring().catch(() => {});
  });
  globalThis.telltale.ring = ring;
  ring().catch(() => {});
})();
