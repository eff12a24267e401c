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

  // A refused or failed call says so in words, where it is seen, and leaves the page as it was, switches included. What was
  // typed stays: it is tried again.
  const notify = (text) => {
    const line = document.createElement("p");
    line.className = "notice told";
    line.textContent = text;
    one("#notice")?.replaceChildren(line);
  };
  // Whether it reached the appliance, nobody here knows.
  const gone = () => say("The appliance does not answer just now. Reload the page in a moment to see what holds.");
  const odd = () => say("That did not work. Reload the page and try again.");
  const refused = (ctx, text) => {
    notify(text);
    const form = ctx?.sourceElement?.closest("form");
    if (form?.getAttribute("hx-trigger")?.includes("change")) form.reset();
  };
  document.addEventListener("htmx:before:swap", (event) => {
    const ctx = event.detail.ctx;
    if (!ctx?.response || ctx.response.status < 400) return;
    event.preventDefault();
    const page = new DOMParser().parseFromString(ctx.text ?? "", "text/html");
    refused(ctx, one("[data-problem]", page)?.textContent ?? (ctx.response.status > 501 ? gone() : odd()));
  });
  document.addEventListener("htmx:error", (event) => {
    const ctx = event.detail?.ctx;
    refused(ctx, ctx && ctx.response?.status !== 200 ? gone() : odd());
  });

  // What a click changed can be undone at once: the response names the change, the appliance says it in words.
  const offerUndo = async (number) => {
    const back = location.pathname + location.search;
    try {
      const answer = await fetch(`/changes/${number}/toast?back=${encodeURIComponent(back)}`);
      const holder = document.createElement("template");
      holder.innerHTML = answer.ok ? await answer.text() : "";
      one("#toast")?.replaceChildren(holder.content);
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

  // The timeline: blocked below, let through and failed stacked on top; the caption says the numbers of the bar pointed at.
  const charts = new Set();
  const size = (plot) => ({ width: plot.clientWidth, height: plot.clientHeight });
  const drawTimeline = (figure) => {
    if (typeof uPlot === "undefined" || figure.dataset.drawn) return;
    figure.dataset.drawn = "yes";
    const [times, blocked, passed, failures] = ["times", "blocked", "passed", "failed"].map((key) => JSON.parse(figure.dataset[key]));
    const failed = failures.length ? failures : times.map(() => 0);
    const plot = one(".timeline-plot", figure), plain = one(".timeline-plain", figure), caption = one("figcaption", figure);
    const colour = (name) => {
      const probe = figure.appendChild(document.createElement("i"));
      probe.className = `ink-${name}`;
      const found = getComputedStyle(probe).color;
      probe.remove();
      return found;
    };
    const fills = { passed: colour("passed"), blocked: colour("blocked"), failed: colour("failed") }, line = colour("track");
    const said = caption.dataset.said ?? caption.textContent;
    caption.dataset.said = said;
    const count = (number) => number.toLocaleString(locale);
    const tell = (chart) => {
      const at = chart.cursor.idx;
      if (at == null) { caption.textContent = said; return; }
      const time = (seconds) => new Date(seconds * 1000).toLocaleString(locale, zoned.stretch);
      const values = { from: time(times[at]), to: time(times[at] + Number(figure.dataset.step)), passed: count(passed[at]), blocked: count(blocked[at]), failed: count(failed[at]) };
      caption.textContent = failed[at] ? say("{from} to {to}: {passed} let through, {blocked} blocked, {failed} failed", values) : say("{from} to {to}: {passed} let through, {blocked} blocked", values);
    };
    const bars = uPlot.paths.bars({ size: [0.8, 40], align: 1 });
    const axis = { stroke: getComputedStyle(caption).color, font: "12px system-ui", ticks: { show: false }, grid: { stroke: line, width: 1 } };
    const hours = (self, ticks) => ticks.map((tick, i) => {
      const at = new Date(tick * 1000), midnight = at.getHours() === 0 && at.getMinutes() === 0;
      return midnight && i > 0 || times.at(-1) - times[0] > 2 * 86400 ? at.toLocaleDateString(locale, { day: "numeric", month: "short" }) : at.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
    });
    plain.remove();
    const chart = new uPlot({
      ...size(plot), padding: [8, 8, 0, 0], legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      hooks: { setCursor: [tell] },
      scales: { y: { range: (self, low, high) => [0, Math.max(4, high * 1.05)] } },
      axes: [
        { ...axis, grid: { show: false }, values: hours, space: 64, size: 26 },
        { ...axis, size: 46, values: (self, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? count(tick) : "")) },
      ],
      series: [
        {},
        { fill: fills.failed, width: 0, paths: bars, points: { show: false } },
        { fill: fills.passed, width: 0, paths: bars, points: { show: false } },
        { fill: fills.blocked, width: 0, paths: bars, points: { show: false } },
      ],
    }, [times, passed.map((number, i) => number + blocked[i] + failed[i]), passed.map((number, i) => number + blocked[i]), blocked], plot);
    charts.add({ chart, figure, plot, plain });
  };
  const redrawTimelines = () => {
    for (const entry of [...charts]) {
      entry.chart.destroy();
      charts.delete(entry);
      if (!entry.figure.isConnected) continue;
      delete entry.figure.dataset.drawn;
      entry.plot.append(entry.plain);
      drawTimeline(entry.figure);
    }
  };
  addEventListener("resize", () => {
    for (const { chart, plot } of charts) chart.setSize(size(plot));
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
      redrawTimelines();
    });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawTimelines);

  // The filter box of a list page: hides what does not hold every word.
  document.addEventListener("input", (event) => {
    const box = event.target.closest("[data-filters]");
    if (!box) return;
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of all(box.dataset.filters)) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
      shown += item.hidden ? 0 : 1;
    }
    for (const section of all("[data-filter-section]")) {
      section.hidden = words.length > 0 && !all(box.dataset.filters, section).some((item) => !item.hidden);
    }
    const told = one("[data-filter-told]");
    if (told) told.textContent = words.length ? say("{count} match", { count: shown }) : "";
  });

  // The live tail: rows come ready-made (and escaped) from the server.
  const MAX_ROWS = 300; // a page that stays open all day must not grow
  const startTail = (bar) => {
    const body = one("#log tbody"), told = one("[data-tail-told]", bar), button = one("button", bar);
    let stream = null, waiting = 0, lost = false;
    const tell = () => {
      const fresh = waiting ? say("{count} new", { count: waiting.toLocaleString(locale) }) : say("live");
      told.textContent = !stream ? say("paused") : lost ? say("the appliance does not answer") : fresh;
      bar.dataset.live = stream && !lost ? "on" : "off";
    };
    const stop = () => { stream?.close(); stream = null; button.textContent = say("Go on"); tell(); };
    const start = () => {
      stream = new EventSource(`${bar.dataset.tail}${bar.dataset.tail.includes("?") ? "&" : "?"}after=${bar.dataset.after}`);
      stream.addEventListener("rows", (event) => {
        const { rows, after } = JSON.parse(event.data);
        bar.dataset.after = after;
        const holder = document.createElement("template");
        holder.innerHTML = rows;
        const fresh = [...holder.content.children].filter((row) => !document.getElementById(row.id));
        for (const row of fresh) row.classList.add("fresh");
        refineTimes(holder.content);
        body.prepend(...fresh);
        for (const row of fresh) globalThis.htmx?.process(row);
        for (const row of [...body.children].slice(MAX_ROWS)) if (!one("details[open]", row)) row.remove();
        one("#log-empty")?.remove();
        waiting += fresh.length;
      });
      // Refused for good (logged out, too many live views): say "paused" instead of seeming live; nor while it is tried again.
      stream.addEventListener("error", () => {
        lost = true;
        if (stream?.readyState === EventSource.CLOSED) stop(); else tell();
      });
      stream.addEventListener("open", () => { lost = false; tell(); });
      lost = false;
      button.textContent = say("Pause");
      tell();
    };
    setInterval(tell, 5000); // the spoken count changes now and then, not with every query
    button.addEventListener("click", () => (stream ? stop() : start()));
    // A page that nobody sees holds no connection; it goes on from where it was.
    let asleep = false;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && stream) { asleep = true; stop(); } else if (!document.hidden && asleep) { asleep = false; start(); }
    });
    addEventListener("pagehide", () => stream?.close());
    bar.hidden = false;
    start();
  };

  const enliven = (within) => {
    refineTimes(within);
    refineMoments(within);
    all("figure.timeline", within).forEach(drawTimeline);
    all(".tail[data-tail]", within).forEach((bar) => { if (bar.hidden) startTail(bar); });
  };
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
  // A form that saves by itself needs no button once scripts run.
  document.documentElement.classList.add("scripted");
  enliven(document);
})();
