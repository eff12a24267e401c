// SPDX-License-Identifier: GPL-3.0-or-later
// Pointing at a timeline, zooming into it, and the same by keys; without this file it is bars and a table.
// What it reads of the figure stands at the macro `timeline` in templates/_parts.html.
(() => {
  "use strict";
  const { one, all, say, locale, zoned, onContent } = globalThis.telltale;
  const below = {
    hour: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    day: { day: "numeric", month: "short" },
  };
  const count = (number) => number.toLocaleString(locale);
  const time = (seconds) => new Date(seconds * 1000).toLocaleString(locale, zoned.stretch);

  // A figure's numbers, read anew each time: a page that follows the log changes them.
  const read = (figure) => {
    const [stopped, through, rest, failed] = ["stopped", "through", "rest", "failed"].map((key) => JSON.parse(figure.dataset[key]));
    const from = Number(figure.dataset.from), step = Number(figure.dataset.step);
    return { stopped, through, rest, failed, start: (bar) => from + bar * step, bars: rest.length };
  };
  const moments = (chart, first, last) => {
    const iso = (seconds) => new Date(seconds * 1000).toISOString();
    return new URLSearchParams({ from: iso(chart.start(first)), to: iso(chart.start(last + 1)) });
  };
  const logAddress = (figure, first, last = first) => {
    const filters = figure.dataset.log;
    return `/queries?${filters ? `${filters}&` : ""}${moments(read(figure), first, last)}`;
  };

  const words = (figure, first, last) => {
    const chart = read(figure), sum = (counts) => count(counts.slice(first, last + 1).reduce((all, each) => all + each, 0));
    const values = {
      from: time(chart.start(first)), to: time(chart.start(last + 1)),
      stopped: sum(chart.stopped), through: sum(chart.through), rest: sum(chart.rest), failed: sum(chart.failed),
    };
    return values.failed === "0"
      ? say("{from} to {to}: tracking stopped {stopped}, got through {through}; everything else {rest}", values)
      : say("{from} to {to}: tracking stopped {stopped}, got through {through}; everything else {rest}; failed {failed}", values);
  };

  // What is pointed at or marked: bars first to last; null: nothing, and the caption says all of it again.
  const show = (figure, first = null, last = first, link = false) => {
    const plot = one(".timeline-plot", figure), caption = one("figcaption", figure);
    caption.dataset.said ??= caption.textContent;
    const [cursor, brush] = [one(".timeline-cursor", plot), one(".timeline-brush", plot)];
    if (first === null) {
      delete plot.dataset.at;
      brush.setAttribute("width", 0);
      caption.textContent = caption.dataset.said;
      delete caption.dataset.said;
      return;
    }
    const [low, high] = [Math.min(first, last), Math.max(first, last)];
    plot.dataset.at = last;
    plot.dataset.anchor = first;
    cursor.setAttribute("x", last);
    brush.setAttribute("x", low);
    brush.setAttribute("width", first === last ? 0 : high - low + 1);
    const text = words(figure, low, high);
    caption.textContent = text;
    plot.setAttribute("aria-valuenow", last);
    plot.setAttribute("aria-valuetext", text);
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = logAddress(figure, low, high);
      anchor.textContent = say("Show these queries");
      caption.append(" ", anchor);
    }
  };
  const open = (figure, first, last) => {
    const [low, high] = [Math.min(first, last), Math.max(first, last)];
    if (low === high || !figure.dataset.zoom) location.assign(logAddress(figure, low, high));
    else location.assign(`${figure.dataset.zoom}?${moments(read(figure), low, high)}#timeline`);
  };

  const figureOf = (event) => event.target.closest?.(".timeline-plot")?.closest("figure.timeline");
  const barAt = (figure, event) => {
    const box = one(".timeline-plain", figure).getBoundingClientRect(), { bars } = read(figure);
    return bars ? Math.max(0, Math.min(bars - 1, Math.floor(((event.clientX - box.left) / box.width) * bars))) : null;
  };
  let drag = null; // {figure, first, last} while a button or finger is down
  document.addEventListener("pointerdown", (event) => {
    const figure = event.button === 0 && figureOf(event), first = figure ? barAt(figure, event) : null;
    if (first === null || figure === false) return;
    drag = { figure, first, last: first };
    if (event.pointerType === "mouse") event.preventDefault(); // no text is marked on the way
    one(".timeline-plot", figure).focus({ preventScroll: true });
    show(figure, first);
  });
  document.addEventListener("pointermove", (event) => {
    if (drag) {
      drag.last = barAt(drag.figure, event);
      show(drag.figure, drag.figure.dataset.zoom ? drag.first : drag.last, drag.last);
      return;
    }
    const figure = figureOf(event);
    if (figure && event.pointerType === "mouse") show(figure, barAt(figure, event));
  });
  document.addEventListener("pointerup", (event) => {
    if (!drag) return;
    const { figure, first, last } = drag;
    drag = null;
    if (first !== last && figure.dataset.zoom) open(figure, first, last);
    else if (event.pointerType === "mouse") { if (figureOf(event) === figure) open(figure, last, last); }
    else show(figure, last, last, true); // a finger covers the bar: first what it is, then the way there
  });
  document.addEventListener("pointercancel", () => { // the page scrolls instead
    if (drag) show(drag.figure);
    drag = null;
  });
  document.addEventListener("pointerout", (event) => {
    const figure = figureOf(event);
    if (figure && !drag && event.pointerType === "mouse" && !event.relatedTarget?.closest?.(".timeline-plot")) show(figure);
  });

  const moves = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity };
  document.addEventListener("keydown", (event) => {
    const plot = event.target, figure = plot.matches?.(".timeline-plot") && plot.closest("figure.timeline");
    if (!figure || event.ctrlKey || event.metaKey || event.altKey) return;
    const { bars } = read(figure), at = plot.dataset.at === undefined ? bars - 1 : Number(plot.dataset.at);
    const anchor = plot.dataset.at === undefined ? at : Number(plot.dataset.anchor);
    if (!bars) return;
    if (event.key in moves) {
      const next = plot.dataset.at === undefined ? at : Math.max(0, Math.min(bars - 1, at + moves[event.key]));
      show(figure, event.shiftKey && figure.dataset.zoom ? anchor : next, next);
    } else if (event.key === "Enter" || event.key === " ") open(figure, anchor, at);
    else if (event.key === "Escape") show(figure);
    else return;
    event.preventDefault();
  });
  document.addEventListener("focusout", (event) => {
    if (!drag && event.target.matches?.(".timeline-plot") && !event.relatedTarget?.closest?.("figcaption")) show(event.target.closest("figure"));
  });

  onContent((within) => {
    for (const plot of all(".timeline-plot", within)) {
      const { bars } = read(plot.closest("figure"));
      plot.tabIndex = 0;
      plot.setAttribute("role", "slider");
      for (const [name, value] of Object.entries({ valuemin: 0, valuemax: Math.max(0, bars - 1), valuenow: Math.max(0, bars - 1) })) {
        if (name !== "valuenow" || !plot.hasAttribute("aria-valuenow")) plot.setAttribute(`aria-${name}`, value);
      }
      if (!plot.hasAttribute("aria-valuetext")) plot.setAttribute("aria-valuetext", one("figcaption", plot.closest("figure")).textContent);
    }
    for (const tick of all(".timeline-x text", within)) tick.textContent = new Date(tick.dataset.at * 1000).toLocaleString(locale, below[tick.dataset.show]);
  });
})();
