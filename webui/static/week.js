// SPDX-License-Identifier: GPL-3.0-or-later
// A week is drawn: with the mouse, a finger or keys, in steps of half an hour. What is drawn is written as text into the
// form's field, which stays the truth; minutes that nobody drew over stay as they were typed.
(() => {
  "use strict";
  const DAY = 1440, STEP = 30, ROW = 22, HEIGHT = 18;
  const NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  const NAMED = { daily: [0, 1, 2, 3, 4, 5, 6], weekdays: [0, 1, 2, 3, 4], weekends: [5, 6] };
  const SVG = "http://www.w3.org/2000/svg";

  const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const minuteOf = (text) => {
    const match = /^(\d{1,2})(?::(\d\d))?$/.exec(text ?? "");
    return match ? Number(match[1]) * 60 + Number(match[2] ?? 0) : NaN;
  };
  const daysOf = (text) => text.split(",").flatMap((part) => {
    if (NAMED[part]) return NAMED[part];
    const [first, last] = part.split("-").map((word) => NAMES.indexOf(word));
    if (last === undefined) return [first];
    return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, at) => (first + at) % 7);
  });
  // Text to minutes of a week, each 0 or 1; lines that do not read are left to the server to tell of.
  const read = (text) => {
    const week = new Uint8Array(7 * DAY);
    for (const line of text.toLowerCase().split("\n")) {
      const words = line.trim().split(/\s+/).filter(Boolean);
      const [from, to] = (words.pop() ?? "").split("-").map(minuteOf);
      const days = words.length ? daysOf(words[0]) : NAMED.daily;
      if (!Number.isFinite(from) || !Number.isFinite(to) || from === to || days.includes(-1)) continue;
      const length = to > from ? to - from : to + DAY - from;
      for (const day of days) for (let at = 0; at < length; at++) week[(day * DAY + from + at) % week.length] = 1;
    }
    return week;
  };
  // And back: spans that begin on a day, over midnight where they end on the next morning; days with the same hours in a line.
  const write = (week) => {
    const lines = new Map(), size = week.length;
    const put = (day, from, to) => {
      const hours = `${clock(from)}-${clock(to)}`;
      lines.set(hours, [...(lines.get(hours) ?? []), day]);
    };
    const whole = NAMES.map((_, day) => week.subarray(day * DAY, (day + 1) * DAY).every(Boolean));
    for (let day = 0; day < 7; day++) {
      if (whole[day]) { put(day, 0, DAY); continue; }
      for (let at = 0; at < DAY; at++) {
        const here = day * DAY + at, before = (here + size - 1) % size;
        if (!week[here] || (week[before] && !(at === 0 && whole[(day + 6) % 7]))) continue;
        let end = at;
        while (end < DAY && week[day * DAY + end]) end++;
        if (end < DAY || whole[(day + 1) % 7]) { put(day, at, end); at = end; continue; }
        let next = 0;
        while (next < DAY && week[(((day + 1) % 7) * DAY + next) % size]) next++;
        if (next >= at) { put(day, at, DAY); if (next) put((day + 1) % 7, 0, next); } else put(day, at, next || DAY);
        at = DAY;
      }
    }
    return [...lines].map(([hours, days]) => `${days.sort((a, b) => a - b).map((day) => NAMES[day]).join(",")} ${hours}`).join("\n");
  };

  const shape = (svg, name, values) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
    svg.append(made);
    return made;
  };
  const editor = (place) => {
    const field = place.closest("form")?.querySelector('textarea[name="windows"]');
    const svg = place.querySelector("svg"), live = place.querySelector("[role=status]");
    const titles = [...place.querySelectorAll(".draw-days span")].map((day) => day.textContent);
    if (!field || !svg || place.dataset.lively) return;
    place.dataset.lively = "yes";
    place.hidden = false;
    // Rows begin as the viewer's week does; minutes of a week begin on Monday.
    const first = Number(place.dataset.first), of = (row) => ((row + first) % 7) * DAY;
    let week = read(field.value), day = 0, at = 21 * 60, drawing = null;

    const show = (cursor = document.activeElement === svg) => {
      svg.replaceChildren();
      for (let row = 0; row < 7; row++) {
        shape(svg, "rect", { class: "fill-track", x: 0, y: row * ROW + 2, width: DAY, height: HEIGHT });
        for (let from = 0; from < DAY; from++) {
          if (!week[of(row) + from]) continue;
          let to = from;
          while (to < DAY && week[of(row) + to]) to++;
          shape(svg, "rect", { class: "fill-times", x: from, y: row * ROW + 2, width: to - from, height: HEIGHT });
          from = to;
        }
      }
      for (const hour of [6, 12, 18]) shape(svg, "rect", { class: "hour", x: hour * 60 - 1, y: 0, width: 2, height: 7 * ROW });
      if (cursor) shape(svg, "rect", { class: "cursor", x: at, y: day * ROW + 1, width: STEP, height: HEIGHT + 2 });
    };
    const told = () => {
      const on = week[of(day) + at];
      live.textContent = `${titles[day]}, ${clock(at)}–${clock(at + STEP)}: ${on ? place.dataset.on : place.dataset.off}`;
    };
    const put = (rows, from, to, on) => {
      for (let row = Math.min(...rows); row <= Math.max(...rows); row++) week.fill(on, of(row) + from, of(row) + to);
    };
    const done = () => {
      field.value = write(week);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const cell = (event) => {
      const box = svg.getBoundingClientRect();
      const x = Math.min(DAY - 1, Math.max(0, ((event.clientX - box.left) / box.width) * DAY));
      const y = Math.min(6, Math.max(0, Math.floor(((event.clientY - box.top) / box.height) * 7)));
      return [y, Math.floor(x / STEP) * STEP];
    };
    svg.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      [day, at] = cell(event);
      drawing = { day, at, on: week[of(day) + at] ? 0 : 1, before: week.slice() };
      svg.setPointerCapture(event.pointerId);
      svg.focus({ preventScroll: true });
      put([day], at, at + STEP, drawing.on);
      show(true);
    });
    svg.addEventListener("pointermove", (event) => {
      if (!drawing) return;
      [day, at] = cell(event);
      week = drawing.before.slice();
      put([drawing.day, day], Math.min(at, drawing.at), Math.max(at, drawing.at) + STEP, drawing.on);
      show(true);
    });
    svg.addEventListener("pointerup", () => { if (drawing) { drawing = null; done(); told(); } });
    // A finger that scrolls the page draws nothing.
    svg.addEventListener("pointercancel", () => { if (drawing) { week = drawing.before; drawing = null; show(); } });
    const MOVES = { ArrowLeft: [0, -STEP], ArrowRight: [0, STEP], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    svg.addEventListener("keydown", (event) => {
      if (event.key === " " || event.key === "Enter") {
        put([day], at, at + STEP, week[of(day) + at] ? 0 : 1);
        done();
      } else if (MOVES[event.key]) {
        const on = week[of(day) + at], from = day;
        const [down, right] = MOVES[event.key];
        day = Math.min(6, Math.max(0, day + down));
        at = Math.min(DAY - STEP, Math.max(0, at + right));
        if (event.shiftKey) { put(down ? [from, day] : [day], at, at + STEP, on); done(); }
      } else if (event.key === "Home" || event.key === "End") at = event.key === "Home" ? 0 : DAY - STEP;
      else return;
      event.preventDefault();
      show(true);
      told();
    });
    svg.addEventListener("focus", () => show(true));
    svg.addEventListener("blur", () => show(false));
    field.addEventListener("input", (event) => { if (event.isTrusted) { week = read(field.value); show(); } });
    show(false);
  };
  globalThis.telltale.onContent((within) => { for (const place of within.querySelectorAll("[data-draw-week]")) editor(place); });
})();
