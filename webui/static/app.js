// SPDX-License-Identifier: GPL-3.0-or-later
// What makes the plain pages livelier. Every page works without this file.
(() => {
  "use strict";
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Sentences in the page's language, by their English; an English page has none. webui/views/script_sentences.py lists them.
  const sentences = JSON.parse(one('meta[name="sentences"]')?.content ?? "{}");
  const say = (english, values = {}) => (sentences[english] ?? english).replace(/\{(\w+)\}/g, (field, name) => values[name] ?? field);
  const locale = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;

  // Every htmx call carries the session's token; forms carry it in a field too, for browsers without scripts.
  document.addEventListener("htmx:config:request", (event) => {
    const token = one('meta[name="csrf-token"]')?.content;
    if (token) event.detail.ctx.request.headers["X-CSRF-Token"] = token;
  });

  const notify = (text) => {
    const line = document.createElement("p");
    line.className = "notice told";
    line.textContent = text;
    one("#notice")?.replaceChildren(line);
  };
  // A refused or failed call says so in words, beside what was pressed, and leaves the page as it was, switches included.
  // What was typed stays: it is tried again. Whether it reached the appliance, nobody here knows.
  const gone = () => say("The appliance does not answer just now. Reload the page in a moment to see what holds.");
  const odd = () => say("That did not work. Reload the page and try again.");
  const refused = (ctx, text, wrong = [], isOurs = false) => {
    const source = ctx?.sourceElement, form = source?.closest?.("form");
    if (form) {
      if (form.matches('[method="post"][hx-trigger*="change"]')) form.reset();
      if (isOurs) globalThis.telltale.refuse(form, text, wrong); else globalThis.telltale.below(form, text);
    } else if (source?.matches?.('[hx-trigger*="load"]')) {
      globalThis.telltale.near(source, text, () => globalThis.htmx.ajax("GET", source.getAttribute("hx-get"), { source, target: source.getAttribute("hx-target") ?? source }));
    } else if (source?.matches?.("[hx-get], [hx-post]") && !source.matches('[hx-trigger*="every"]')) globalThis.telltale.near(source, text);
    else if (ctx?.response) notify(text); // of what follows by itself; that the appliance is gone stands at the top
  };
  // The session is over: whoever logs in right here loses nothing.
  document.addEventListener("htmx:before:response", (event) => {
    const ctx = event.detail.ctx;
    if (ctx?.response?.status !== 401 || ctx.response.headers.get("HX-Redirect")) return;
    event.preventDefault();
    refused(ctx, say("You are logged out by now. Log in, and try it again."));
    document.dispatchEvent(new Event("telltale:log-in"));
  });
  document.addEventListener("htmx:before:swap", (event) => {
    const ctx = event.detail.ctx;
    if (!ctx?.response || ctx.response.status < 400) return;
    event.preventDefault();
    const { sentence, wrong, isOurs } = globalThis.telltale.fault(ctx.response.status, ctx.response.headers.get("Content-Type") ?? "", ctx.text ?? "");
    refused(ctx, isOurs ? sentence : ctx.response.status > 501 ? gone() : odd(), wrong, isOurs);
  });
  document.addEventListener("htmx:error", (event) => {
    const ctx = event.detail?.ctx;
    refused(ctx, ctx ? gone() : odd()); // also where its answer broke off: it may be done
  });

  // What follows something by itself stands still in a tab that nobody sees, or that tab would keep the pages awake.
  document.addEventListener("htmx:before:request", (event) => {
    if (document.hidden && event.detail.ctx?.sourceElement?.matches?.('[hx-trigger^="every"]')) event.preventDefault();
  });

  // What a click changed can be undone at once: the response names the change, the appliance says it in words.
  let newest = null;
  const offerUndo = async (number) => {
    newest = number;
    const back = location.pathname + location.search;
    try {
      const answer = await fetch(`/changes/${number}/toast?back=${encodeURIComponent(back)}`);
      const holder = document.createElement("template");
      holder.innerHTML = answer.ok ? await answer.text() : "";
      if (number === newest) one("#toast")?.replaceChildren(holder.content);
    } catch { /* it is on the page of changes all the same */ }
  };
  document.addEventListener("htmx:after:swap", (event) => {
    const number = event.detail.ctx?.response?.headers?.get("Telltale-Change");
    if (number) offerUndo(number);
  });

  // Times in the zone of this browser.
  const zoned = {
    clock: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
    exact: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
    stretch: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    fine: { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23" },
    moment: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  };
  const refineTimes = (within) => {
    for (const element of all("time[datetime]", within)) {
      const at = new Date(element.dateTime);
      if (element.dataset.show) element.textContent = at.toLocaleString(locale, zoned[element.dataset.show]);
      element.title = at.toString();
    }
  };

  // Moments that are typed are of this browser's zone too, and are sent with it; untouched ones are sent as they were given.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const asTyped = (at) => new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  const refineMoments = (within) => {
    for (const input of all("input[type=datetime-local][data-at]", within)) {
      if (input.dataset.at) input.value = input.dataset.shown = asTyped(new Date(input.dataset.at));
    }
    for (const line of all("[data-zone]", within)) line.textContent = say("Times are of this browser's zone, {zone}.", { zone });
  };
  document.addEventListener("formdata", (event) => {
    for (const input of all("input[type=datetime-local][data-at]", event.target)) {
      if (!input.value) continue;
      const given = input.value === input.dataset.shown ? input.dataset.given : new Date(input.value).toISOString();
      event.formData.set(input.name, given.replace(".000Z", "Z"));
    }
  });

  // Theme: automatic, light, dark; kept in this browser.
  const themeButton = one("#theme");
  const themes = ["auto", "light", "dark"];
  const themeNames = { auto: say("auto"), light: say("light"), dark: say("dark") };
  const showTheme = () => { one("#theme-name").textContent = themeNames[document.documentElement.dataset.theme ?? "auto"]; };
  if (themeButton) {
    themeButton.hidden = false;
    showTheme();
    themeButton.addEventListener("click", () => {
      const root = document.documentElement;
      const next = themes[(themes.indexOf(root.dataset.theme ?? "auto") + 1) % themes.length];
      if (next === "auto") delete root.dataset.theme; else root.dataset.theme = next;
      try { localStorage.setItem("telltale-theme", next); } catch { /* storage is off: holds for this page only */ }
      showTheme();
      document.dispatchEvent(new Event("telltale:theme"));
    });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new Event("telltale:theme")));

  // The filter box of a list page: hides what does not hold every word, in its text or in data-words.
  document.addEventListener("input", (event) => {
    const box = event.target.closest("[data-filters]");
    if (!box) return;
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of all(box.dataset.filters)) {
      const text = `${item.textContent} ${item.dataset.words ?? ""}`.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
      shown += item.hidden ? 0 : 1;
    }
    for (const section of all("[data-filter-section]")) {
      section.hidden = words.length > 0 && !all(box.dataset.filters, section).some((item) => !item.hidden);
    }
    const told = one("[data-filter-told]");
    if (told) told.textContent = words.length ? say("{count} match", { count: shown }) : "";
  });

  // What a page's own script does with its content: now, and with what a swap brings.
  const livening = [refineTimes, refineMoments];
  const enliven = (within) => livening.forEach((work) => work(within));
  const onContent = (work) => { livening.push(work); work(document); };
  globalThis.telltale = { one, all, say, locale, zoned, refineTimes, notify, onContent };

  document.addEventListener("htmx:after:swap", () => {
    one("#notice .told")?.remove();
    enliven(document);
  });
  // A file that would be refused for its size is not sent at all.
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("input[type=file][data-most]")) return;
    const large = [...target.files].some((file) => file.size > Number(target.dataset.most));
    target.setCustomValidity(large ? say("This file is too large to be a backup.") : "");
    target.reportValidity();
  });
  // Behind the pages, where a browser allows it: static files stay, and one page says that the appliance is away. Where
  // the page names none, what was there goes.
  const behind = async (address) => {
    if (address) { await navigator.serviceWorker.register(address, { scope: "/" }); return; }
    for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();
    for (const name of await caches.keys()) if (name.startsWith("telltale-")) await caches.delete(name);
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-forget]")) behind("").catch(() => {}).finally(() => location.replace("/"));
  });
  onContent((within) => { for (const button of all("[data-forget]", within)) button.hidden = !navigator.serviceWorker; });
  if (navigator.serviceWorker) addEventListener("load", () => behind(one('meta[name="worker"]')?.content).catch(() => {}));
  // A form that saves by itself needs no button once scripts run.
  document.documentElement.classList.add("scripted");
  enliven(document);
})();
