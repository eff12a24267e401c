// SPDX-License-Identifier: GPL-3.0-or-later
// What holds on every page: focus is kept over a swap, a server that is gone is said, a session that is over loses no form.
(() => {
  "use strict";
  const { one, all, say, notify, refuse, onContent } = globalThis.telltale;

  // Focus: who had it has it again once its place is drawn anew, with the cursor where it was.
  let kept = null;
  const key = (element) => {
    if (element.id) return `#${CSS.escape(element.id)}`;
    const value = /^(radio|checkbox|submit)$/.test(element.type ?? "") && element.value ? `[value="${CSS.escape(element.value)}"]` : "";
    if (element.name) return `${element.localName}[name="${CSS.escape(element.name)}"]${value}`;
    return element.localName === "a" ? `a[href="${CSS.escape(element.getAttribute("href") ?? "")}"]` : element.localName;
  };
  document.addEventListener("htmx:before:swap", () => {
    const element = document.activeElement;
    if (!element || element === document.body) { kept = null; return; }
    const home = element.closest("[id]:not(input, select, button, a)");
    const form = element.closest("form")?.getAttribute("action");
    kept = { element, key: key(element), home: home?.id ?? "", form, start: element.selectionStart ?? null, end: element.selectionEnd ?? null };
  });
  document.addEventListener("htmx:after:swap", () => {
    const was = kept;
    kept = null;
    if (!was || was.element.isConnected || (document.activeElement && document.activeElement !== document.body)) return;
    const home = document.getElementById(was.home) ?? one("#main");
    const same = all(was.key, home).find((element) => element.closest("form")?.getAttribute("action") == was.form);
    const place = same ?? one("button:not([disabled]), a[href], input:not([type=hidden]), select, summary", home) ?? home;
    if (place === home && home && !home.hasAttribute("tabindex")) home.tabIndex = -1;
    place?.focus({ preventScroll: true });
    if (same && was.start != null) try { same.setSelectionRange(was.start, was.end); } catch { /* a field without a cursor */ }
  });

  // Is the appliance there? Asked now and then while somebody looks, and more often once it was not.
  const strip = one("#lost"), CALM_MS = 30000, FIRST_MS = 1000, PATIENCE_MS = 5000;
  let wait = CALM_MS, lost = false, timer = 0;
  const show = (isLost) => {
    if (isLost === lost) return;
    lost = isLost;
    document.documentElement.classList.toggle("is-lost", lost);
    strip?.toggleAttribute("hidden", !lost);
    document.dispatchEvent(new Event(lost ? "telltale:lost" : "telltale:back"));
    if (!lost) notify(say("The appliance answers again."));
  };
  const answers = async () => {
    try {
      await (globalThis.telltale.ring?.() ?? fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) })); // who sees their own devices alone has no bell
      return true;
    } catch { return false; }
  };
  const look = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    const there = await answers();
    show(!there);
    wait = there ? CALM_MS : lost && wait < CALM_MS ? Math.min(2 * wait, CALM_MS) : FIRST_MS;
    timer = setTimeout(look, wait);
  };
  timer = setTimeout(look, CALM_MS);
  document.addEventListener("visibilitychange", look);
  addEventListener("online", look);
  addEventListener("offline", look);
  document.addEventListener("htmx:error", look);
  document.addEventListener("telltale:doubt", look);

  // A session that is over is logged in again right here, and what was to be sent goes on.
  const door = one("#log-in-again");
  let waiting = null;
  const renew = (token) => {
    one('meta[name="csrf-token"]').content = token;
    for (const field of all('input[name="csrf"]')) field.value = token;
  };
  document.addEventListener("telltale:log-in", (event) => { waiting = event.detail?.again ?? null; if (door && !door.open) door.showModal(); });
  one("form", door ?? document.createElement("i"))?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target, field = one('input[type="password"]', form), gone = say("The appliance does not answer just now. Try again in a moment.");
    try {
      const answer = await fetch("/api/v1/session", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(Object.fromEntries(new FormData(form))), signal: AbortSignal.timeout(2 * PATIENCE_MS) });
      const body = await answer.json();
      const needs = body.needs ? one(`[data-needs="${CSS.escape(body.needs)}"]`, form) : null; // turned on elsewhere since
      if (needs) { needs.hidden = false; one("input", needs).required = true; }
      if (!answer.ok) { refuse(form, body.detail); (needs ? one("input", needs) : field).select(); return; }
      field.value = "";
      renew(body.csrf);
      door.close();
      const again = waiting;
      waiting = null;
      again?.();
    } catch { refuse(form, gone); }
  });

  // What is left of a pause, counted down.
  onContent((within) => {
    for (const element of all("[data-until]", within)) {
      if (element.dataset.counts) continue;
      element.dataset.counts = "yes";
      const tell = () => {
        const left = Math.max(0, Math.round(Number(element.dataset.until) - Date.now() / 1000));
        const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60].map((part) => String(part).padStart(2, "0"));
        element.textContent = hours === "00" ? `${minutes}:${seconds}` : `${hours}:${minutes}:${seconds}`;
        if (element.isConnected && left > 0 && !document.hidden) setTimeout(tell, 1000);
        else if (element.isConnected && left > 0) document.addEventListener("visibilitychange", tell, { once: true });
      };
      tell();
    }
  });
})();
