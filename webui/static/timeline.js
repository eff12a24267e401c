// SPDX-License-Identifier: GPL-3.0-or-later
// The timeline of a page that has one, over uPlot. Without this file it is plain bars.
(() => {
  "use strict";
  const { one, all, say, locale, zoned, onContent } = globalThis.telltale;

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
  document.addEventListener("telltale:theme", redrawTimelines);
  onContent((within) => all("figure.timeline", within).forEach(drawTimeline));
})();
