// SPDX-License-Identifier: GPL-3.0-or-later
// The query log as it grows. Without this file it is what it was when the page was asked for.
(() => {
  "use strict";
  const { one, all, say, locale, refineTimes, onContent } = globalThis.telltale;

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
  onContent((within) => all(".tail[data-tail]", within).forEach((bar) => { if (bar.hidden) startTail(bar); }));
})();
