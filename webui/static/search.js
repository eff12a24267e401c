// SPDX-License-Identifier: GPL-3.0-or-later
// The search of the top line, as a combobox with a list below it (WAI-ARIA APG). Without this file it is the page /search.
(() => {
  "use strict";
  const { one, all, say } = globalThis.telltale;
  const box = one("#search"), trigger = one("#find");
  if (!box || !trigger || !box.showModal) return;
  const input = one("input", box), list = one("#search-hits"), told = one("#search-told");
  const WAIT_MS = 120; // between two letters of somebody who types
  let asked = null, timer = 0, before = null;

  const options = () => all('[role="option"]', list);
  const active = () => one('[aria-selected="true"]', list);
  const choose = (option) => {
    active()?.setAttribute("aria-selected", "false");
    if (option) { option.setAttribute("aria-selected", "true"); option.scrollIntoView({ block: "nearest" }); input.setAttribute("aria-activedescendant", option.id); } else input.removeAttribute("aria-activedescendant");
  };
  const show = (content) => {
    list.replaceChildren(content);
    told.textContent = one("[data-count]", list)?.textContent ?? list.textContent;
    one("[data-count]", list)?.remove();
    input.setAttribute("aria-expanded", String(options().length > 0));
    // Enter opens the likeliest; what changes something is chosen by hand.
    choose(one('a[role="option"]', list));
  };
  const failed = () => {
    const line = document.createElement("p");
    line.className = "hits-none error-text";
    line.textContent = say("The appliance does not answer just now. Try again in a moment.");
    show(line);
  };
  const look = async () => {
    asked?.abort();
    asked = new AbortController();
    const mine = asked;
    if (!input.value.trim()) { show(document.createDocumentFragment()); return; }
    list.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`/search/hits?q=${encodeURIComponent(input.value)}`, { signal: AbortSignal.any([mine.signal, AbortSignal.timeout(10000)]), headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const holder = document.createElement("template");
      holder.innerHTML = await answer.text();
      if (mine === asked) show(holder.content);
    } catch { if (mine === asked && !mine.signal.aborted) failed(); } finally { if (mine === asked) list.removeAttribute("aria-busy"); }
  };
  const open = () => {
    if (box.open) return;
    before = document.activeElement;
    box.showModal();
    input.select();
  };

  trigger.addEventListener("click", (event) => { event.preventDefault(); open(); });
  one("[data-close-search]", box).addEventListener("click", () => box.close());
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  box.addEventListener("close", () => { asked?.abort(); before?.focus(); });
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, WAIT_MS); });
  input.addEventListener("keydown", (event) => {
    const all = options(), at = all.indexOf(active());
    if (event.key === "ArrowDown" && all.length) choose(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp" && all.length) choose(all[(at - 1 + all.length) % all.length]);
    else if (event.key === "Enter" && !event.isComposing && active()) active().click();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) { event.preventDefault(); open(); }
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); open(); }
  });
})();
