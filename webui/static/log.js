// SPDX-License-Identifier: GPL-3.0-or-later
// The query log as it grows, and the details of a row. Without this file the log is what it was when the page was asked for, and
// a row's details are a page of their own.
(() => {
  "use strict";
  const { one, all, say, locale, refineTimes } = globalThis.telltale;
  const card = one(".log-card"), table = one("#log"), bar = one(".tail[data-tail]"), drawer = one("#drawer");
  if (!card || !table || !drawer) return;
  const body = one("tbody", table);
  const MAX_ROWS = 300; // a page that stays open all day must not grow
  const MAX_WAITING = 100; // rows that wait to be shown; of more the newest, and a line says how many are missing
  const FLOW_MS = 700; // between two redraws
  const TOGETHER_US = 1e6; // queries of one look-up, as store.log.lookups has it
  const FAST = 20; // look-ups a second: more nobody reads as they come
  const count = (number) => number.toLocaleString(locale);
  const rows = () => all("tr[id]", body);
  const parsed = (html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    return [...holder.content.children];
  };
  const at = (row) => Number(row.id.slice(1));
  // The log's address as the filters have it; what was typed has become filters.
  const address = (more = {}) => {
    const url = new URL(card.dataset.base.replace(/[?&]$/, ""), location.origin);
    for (const [key, value] of Object.entries(more)) url.searchParams.set(key, value);
    return url.pathname + url.search;
  };
  if (new URLSearchParams(location.search).get("q")) history.replaceState(history.state, "", address());

  // Days: a line between two, in this browser's zone.
  const dayOf = (row) => new Date(one("time", row).dateTime).toDateString();
  const markDays = () => {
    for (const line of all("tr.day", body)) line.remove();
    let before = new Date().toDateString();
    for (const row of rows()) {
      const day = dayOf(row);
      if (day !== before) {
        const line = document.createElement("tr"), cell = line.appendChild(document.createElement("th"));
        line.className = "day";
        cell.colSpan = 7;
        cell.scope = "colgroup";
        cell.textContent = new Date(one("time", row).dateTime).toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
        row.before(line);
      }
      before = day;
    }
  };

  // One look-up may come in parts: what belongs to a row that is there is added to it.
  const joins = (fresh, row) => fresh.dataset.fold !== undefined && row.dataset.fold !== undefined && fresh.dataset.key === row.dataset.key && at(fresh) - Number(row.dataset.last) <= TOGETHER_US && Number(fresh.dataset.last) >= at(row);
  const join = (fresh, row) => {
    const singles = one(".singles", row), tags = one(".types", row);
    const have = new Set(all(":scope > .tag, summary > .tag", tags).map((tag) => tag.textContent));
    const into = one("summary", tags) ?? tags;
    for (const tag of all(".types > .tag, .types summary > .tag", fresh)) if (!have.has(tag.textContent)) into.append(tag);
    if (singles) singles.append(...all(".singles > li", fresh));
    row.dataset.last = String(Math.max(Number(row.dataset.last), Number(fresh.dataset.last)));
  };

  // ---- what comes in: shown calmly, or gathered while somebody reads ----
  let waiting = [], missed = { count: 0, more: false, from: 0, to: 0 }, over = false, timer = 0, came = [];
  const freshBar = one("#fresh-bar"), freshButton = one("[data-show-fresh]"), said = one("#fresh-said");
  const rate = () => {
    const now = performance.now();
    came = came.filter(([when]) => now - when < 5000);
    return came.reduce((sum, [, number]) => sum + number, 0) / 5;
  };
  const selecting = () => {
    const selection = getSelection();
    return Boolean(selection && !selection.isCollapsed && card.contains(selection.anchorNode));
  };
  const scrolled = () => table.getBoundingClientRect().top < 40;
  const held = () => over || table.contains(document.activeElement) || scrolled() || selecting() || Boolean(one("dialog[open]")) || rate() > FAST;
  const missing = (row) => {
    missed.count += 1;
    missed.to = Math.max(missed.to, Number(row.dataset.last) + 1);
    missed.from = missed.from ? Math.min(missed.from, at(row)) : at(row);
  };
  const tellFresh = () => {
    freshBar.hidden = !waiting.length;
    if (!waiting.length) { freshButton.textContent = ""; return; }
    const number = waiting.length + missed.count, fast = rate();
    const values = { count: count(number) + (missed.more ? "+" : ""), rate: count(fast > 100 ? Math.round(fast / 50) * 50 : Math.round(fast)) };
    freshButton.textContent = fast > FAST ? say("{count} new: about {rate} a second, too fast to read. Show the newest", values) : say("{count} new", values);
  };
  const gapLine = () => {
    const line = document.createElement("tr"), cell = line.appendChild(document.createElement("td"));
    line.className = "gap";
    cell.colSpan = 7;
    const iso = (us) => new Date(Math.ceil(us / 1000)).toISOString();
    const link = document.createElement("a");
    link.href = address({ from: iso(missed.from - 1000), to: iso(missed.to) });
    link.textContent = say("Show them");
    cell.append(missed.more ? say("Many more came in between, and are in the log.") : say("{count} more came in between, and are in the log.", { count: count(missed.count) }), " ", link);
    return line;
  };
  const trim = () => {
    const kept = rows();
    if (kept.length <= MAX_ROWS) return;
    for (const row of kept.slice(MAX_ROWS)) row.remove();
    for (let line = body.lastElementChild; line && !line.id; line = body.lastElementChild) line.remove();
    let older = one("#older");
    if (!older) {
      older = document.createElement("a");
      older.id = "older";
      older.className = "quiet";
      older.setAttribute("role", "button");
      older.textContent = say("Older");
      card.append(older);
    }
    older.href = address({ cursor: at(kept[MAX_ROWS - 1]).toString(16) });
  };
  const show = () => {
    const fresh = waiting;
    waiting = [];
    if (missed.count || missed.more) body.prepend(gapLine());
    missed = { count: 0, more: false, from: 0, to: 0 };
    for (const row of fresh) row.classList.add("fresh");
    body.prepend(...fresh);
    for (const row of fresh) globalThis.htmx?.process(row);
    one("#log-empty")?.remove();
    one(".advice")?.remove();
    trim();
    markDays();
    tellFresh();
    return fresh[0];
  };
  const flow = () => {
    timer = 0;
    if (waiting.length && !held()) show(); else tellFresh();
  };
  const soon = () => { timer ||= setTimeout(flow, FLOW_MS); };
  const take = (html, numbers) => {
    came.push([performance.now(), numbers.look_ups]);
    if (numbers.left_out || numbers.more) {
      missed.count += numbers.left_out;
      missed.more ||= numbers.more;
      missed.from = missed.from ? Math.min(missed.from, numbers.from) : numbers.from;
    }
    const known = [...waiting, ...rows().slice(0, 40)];
    const fresh = [];
    for (const row of parsed(html)) {
      if (document.getElementById(row.id) || waiting.some((each) => each.id === row.id)) continue;
      refineTimes(row);
      const first = known.find((each) => joins(row, each));
      if (first) join(row, first); else fresh.push(row);
    }
    waiting = [...fresh, ...waiting];
    if (numbers.left_out || numbers.more) missed.to = Math.max(missed.to, fresh.length ? at(fresh.at(-1)) : numbers.after);
    for (const row of waiting.splice(MAX_WAITING)) missing(row);
    soon();
  };
  table.addEventListener("pointerenter", (event) => { over = event.pointerType === "mouse"; });
  table.addEventListener("pointerleave", () => { over = false; soon(); });
  table.addEventListener("focusout", soon);
  document.addEventListener("selectionchange", soon);
  addEventListener("scroll", soon, { passive: true });
  freshButton.addEventListener("click", (event) => {
    const first = show();
    card.scrollIntoView({ block: "start" });
    if (event.detail === 0) one(".row-open", first ?? body)?.focus();
  });
  setInterval(() => {
    if (freshBar.hidden) said.textContent = ""; else if (said.textContent !== freshButton.textContent) said.textContent = freshButton.textContent;
    if (waiting.length) soon();
  }, 5000);

  const startTail = () => {
    const told = one("[data-tail-told]", bar), button = one("button", bar);
    let stream = null, lostAt = null, again = 0, wait = 2000;
    const tell = () => {
      told.textContent = !stream && !again ? say("paused") : lostAt ? say("connection lost at {time}, trying again", { time: lostAt.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }) }) : say("live");
      bar.dataset.live = stream && !lostAt ? "on" : lostAt ? "lost" : "off";
    };
    const stop = () => {
      clearTimeout(again);
      again = 0;
      stream?.close();
      stream = lostAt = null;
      button.textContent = say("Go on");
      tell();
    };
    const start = () => {
      again = 0;
      stream = new EventSource(`${bar.dataset.tail}${bar.dataset.tail.includes("?") ? "&" : "?"}after=${bar.dataset.after}`);
      stream.addEventListener("rows", (event) => {
        const { rows: html, ...numbers } = JSON.parse(event.data);
        bar.dataset.after = numbers.after;
        take(html, numbers);
      });
      stream.addEventListener("error", () => {
        lostAt ??= new Date();
        // Refused outright (too many live views, a log-out): a browser does not come back by itself then.
        if (stream?.readyState === EventSource.CLOSED) {
          stream = null;
          again = setTimeout(start, wait);
          wait = Math.min(60000, wait * 2);
        }
        tell();
      });
      stream.addEventListener("open", () => { lostAt = null; wait = 2000; tell(); });
      button.textContent = say("Pause");
      tell();
    };
    const turn = () => (stream || again ? stop() : start());
    button.addEventListener("click", turn);
    // A page that nobody sees holds no connection; it goes on from where it was.
    let asleep = false;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && (stream || again)) { asleep = true; stop(); } else if (!document.hidden && asleep) { asleep = false; start(); }
    });
    addEventListener("pagehide", () => stream?.close());
    bar.hidden = false;
    start();
    return turn;
  };
  const turnTail = bar ? startTail() : () => {};

  // ---- the details of a row ----
  let opener = null, asked = null; // the row whose details are awaited: an answer that comes late is of another one
  const load = async (id, then = () => {}) => {
    const mine = asked = {};
    drawer.replaceChildren(Object.assign(document.createElement("p"), { className: "waits", textContent: say("One moment …") }));
    let html = "", fault = say("The appliance does not answer just now. Reload the page in a moment to see what holds.");
    try {
      const response = await fetch(`/queries/row/${id}`, { headers: { "HX-Request": "true" } });
      if (response.ok) html = await response.text();
      if (response.status === 404) fault = say("This query is no longer in the log.");
    } catch { /* said below */ }
    if (mine !== asked) return;
    if (!html) { drawer.firstChild.textContent = fault; return; }
    drawer.innerHTML = html;
    refineTimes(drawer);
    for (const button of all("[data-close], [data-copy]", drawer)) button.hidden = button.dataset.copy !== undefined && !navigator.clipboard;
    globalThis.htmx?.process(drawer);
    one("#drawer-name", drawer)?.focus();
    then();
  };
  const open = (id, how, then) => {
    opener = one(`#q${id} .row-open`) ?? opener;
    if (how === "push") history.pushState({ row: id }, "", address({ row: id }));
    if (how === "replace") history.replaceState({ row: id }, "", address({ row: id }));
    if (!drawer.open) drawer.showModal();
    return load(id, then);
  };
  const rowOf = (search) => Number(new URLSearchParams(search).get("row")) || 0;
  drawer.addEventListener("close", () => {
    if (!drawer.open) asked = null;
    drawer.replaceChildren();
    if (rowOf(location.search)) { if (history.state?.row) history.back(); else history.replaceState(null, "", address()); }
    opener?.focus({ preventScroll: true });
    soon();
  });
  addEventListener("popstate", () => {
    const id = rowOf(location.search);
    if (id) open(id, "none"); else if (drawer.open) drawer.close();
  });
  drawer.addEventListener("click", (event) => {
    const copy = event.target.closest("[data-copy]");
    if (event.target === drawer || event.target.closest("[data-close]")) drawer.close();
    if (copy) navigator.clipboard.writeText(copy.dataset.copy).then(() => { copy.textContent = copy.dataset.copied; }, () => {});
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.row-open"), stopCount = event.target.closest("[data-stop-count]");
    if (link && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      open(at(link.closest("tr")), "push");
    }
    if (stopCount) stopCount.closest(".counted").replaceChildren(Object.assign(document.createElement("p"), { textContent: say("Stopped. The file has all that matches, however many that are.") }));
  });

  // What the page would say beside itself is said in the details while they are open: they lie over all else.
  const echo = (from, role) => new MutationObserver(() => {
    if (!drawer.open || !from.textContent.trim()) return;
    one(`.echo-${from.id}`, drawer)?.remove();
    const copy = Object.assign(document.createElement("div"), { className: `echo echo-${from.id}` });
    copy.setAttribute("role", role);
    copy.append(...[...from.childNodes].map((node) => node.cloneNode(true)));
    drawer.append(copy);
  }).observe(from, { childList: true, subtree: true });
  for (const [id, role] of [["notice", "alert"], ["toast", "status"]]) if (one(`#${id}`)) echo(one(`#${id}`), role);

  // ---- keys ----
  const help = one("#keys-help"), helpButton = one("[data-keys]");
  helpButton.hidden = false;
  helpButton.addEventListener("click", () => help.showModal());
  const step = (by) => {
    const list = rows(), here = list.indexOf(document.activeElement?.closest?.("#log tr[id]"));
    const next = list[here < 0 ? 0 : Math.min(list.length - 1, Math.max(0, here + by))];
    const link = next && one(".row-open", next);
    link?.focus({ preventScroll: true });
    link?.scrollIntoView({ block: "nearest" });
    return next;
  };
  const stepDrawer = (by) => {
    const list = rows(), here = list.findIndex((row) => at(row) === rowOf(location.search));
    const next = list[here + by];
    if (here >= 0 && next) open(at(next), "replace");
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
    const inDrawer = drawer.open, row = document.activeElement?.closest?.("#log tr[id]");
    if (one("dialog[open]") && !inDrawer) return;
    const by = { j: 1, k: -1, ...(row && !inDrawer ? { ArrowDown: 1, ArrowUp: -1 } : {}) }[event.key];
    if (by) { if (inDrawer) stepDrawer(by); else step(by); }
    else if (event.key === "?") help.showModal();
    else if (event.key === "b" && row && !inDrawer) open(at(row), "push", () => one(".detail-acts button", drawer)?.focus());
    else if (event.key === "e" && row) location.assign(`/explain?name=${encodeURIComponent(one(".row-open", row).textContent.trim())}`);
    else if (event.key === "n" && !freshBar.hidden) freshButton.click();
    else if (event.key === "p" && !inDrawer && bar) turnTail();
    else return;
    event.preventDefault();
  });

  // ---- a search that goes on by itself, until it finds something or is stopped ----
  card.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-search]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const line = document.createElement("p"), stop = Object.assign(document.createElement("button"), { type: "button", className: "quiet mini", textContent: say("Stop") });
    const told = document.createElement("span"), progress = document.createElement("progress");
    let stopped = false;
    stop.addEventListener("click", () => { stopped = true; });
    line.append(told, " ", progress, " ", stop);
    link.hidden = true;
    link.after(line);
    stop.focus();
    let href = link.getAttribute("href"), found = 0;
    while (href && !stopped && found < 50) {
      told.textContent = say("Searching on …") + " " + (one("#searched")?.textContent ?? "");
      let page;
      try {
        page = new DOMParser().parseFromString(await (await fetch(href)).text(), "text/html");
      } catch { break; }
      const fresh = all("#log tbody tr[id]", page);
      found += fresh.length;
      for (const row of fresh) { const own = document.importNode(row, true); refineTimes(own); body.append(own); globalThis.htmx?.process(own); }
      if (fresh.length) { one("#log-empty")?.remove(); one(".advice")?.remove(); }
      const next = one("#older", page), searched = one("#searched", page);
      one("#searched")?.replaceChildren(...(searched ? [...searched.childNodes] : []));
      refineTimes(card);
      href = next?.getAttribute("href");
      if (next && !next.dataset.search) { found = Infinity; delete link.dataset.search; link.textContent = say("Older"); }
    }
    markDays();
    line.remove();
    if (href) { link.href = href; link.hidden = false; link.focus(); } else link.remove();
  });

  refineTimes(document);
  markDays();
  for (const chosen of all(".choices [aria-current]")) chosen.parentElement.scrollLeft = chosen.offsetLeft - chosen.parentElement.offsetLeft - 40;
  if (rowOf(location.search)) open(rowOf(location.search), "none");
})();
