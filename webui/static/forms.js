// SPDX-License-Identifier: GPL-3.0-or-later
// A form is sent from here, so that nothing typed is lost: what is wrong is said beside its field, a server that is gone or
// fails is said below the form, and a session that is over is logged in again. Without this file a form is sent as forms
// are, and webui/frame/refused_form.py says the same in the same places.
(() => {
  "use strict";
  const { one, all, say } = globalThis.telltale;
  const PATIENCE_MS = 30000, PROGRESS_MS = 300, FREE_AGAIN_MS = 10000;
  const NOT_TYPED = new Set(["hidden", "submit", "button", "image", "reset", "fieldset", "output", "object"]);
  let count = 0;

  const fresh = (kind, text) => {
    const line = one(`[data-told="${kind}"] > *`, one("#told").content).cloneNode(true);
    line.removeAttribute("autofocus");
    line.id = `told-by-${++count}`;
    const words = one("[data-words]", line);
    if (words) words.textContent = text;
    return line;
  };
  const clear = (form) => {
    for (const line of all(".field-told, .form-told", form)) line.remove();
    for (const field of form.elements) {
      if (field.dataset.told === undefined) continue;
      document.getElementById(field.dataset.told)?.remove();
      const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id !== field.dataset.told);
      if (others.join("")) field.setAttribute("aria-describedby", others.join(" ")); else field.removeAttribute("aria-describedby");
      field.removeAttribute("aria-invalid");
      delete field.dataset.told;
    }
  };
  const mark = (field, text) => {
    const line = fresh("beside", text);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${line.id}`.trim());
    field.dataset.told = line.id;
    const label = /^(checkbox|radio)$/.test(field.type) ? field.closest("label") : null;
    if (label) label.append(line); else field.after(line);
    return line;
  };
  const below = (form, text) => {
    clear(form);
    const line = fresh("below", text);
    form.append(line);
    return line;
  };
  // What is wrong with a form: [field, sentence] for each field that is known, else the sentence for all of it.
  const refuse = (form, sentence, wrong = []) => {
    clear(form);
    for (let fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const fields = [...form.elements].filter((field) => field.name && !field.disabled && !field.hidden && !NOT_TYPED.has(field.type));
    const meant = ([name]) => fields.find((field) => field.name === name || field.dataset.about?.split(" ").includes(name));
    let marked = wrong.map((fault) => [meant(fault), fault[1]]).filter(([field]) => field);
    if (!marked.length && fields.length === 1) marked = [[fields[0], sentence]];
    marked = fields.flatMap((field) => marked.filter(([its]) => its === field).slice(0, 1));
    const lines = marked.map(([field, text]) => [field, text, mark(field, text)]);
    if (lines.length > 1) {
      const summary = fresh("above", "");
      for (const [, text, line] of lines) {
        const link = document.createElement("a");
        link.href = `#${line.id}`;
        link.textContent = text;
        const item = document.createElement("li");
        item.append(link);
        one("ul", summary).append(item);
      }
      form.prepend(summary);
    }
    (lines[0]?.[0] ?? below(form, sentence)).focus();
  };

  // What was refused and is in no form: said right behind it. A part of a page that loads by itself offers to load again.
  const near = (source, text, again) => {
    one(`:scope ~ .form-told[data-near]`, source)?.remove();
    const line = fresh("below", text);
    line.dataset.near = "";
    if (again) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "quiet mini";
      button.textContent = say("Try again");
      button.addEventListener("click", () => { line.remove(); again(); });
      line.append(" ", button);
    }
    source.after(line);
    return line;
  };

  const gone = () => say("The appliance does not answer just now. Nothing was changed, and what you typed is still here.");
  const unsure = () => say("The appliance does not answer just now. Reload the page in a moment to see what holds."); // it may be done
  const odd = () => say("That did not work. Reload the page and try again.");
  // What an answer that refuses says: its sentence, and its fields.
  const fault = (status, type, text) => {
    const page = type.startsWith("text/html") ? new DOMParser().parseFromString(text, "text/html") : null;
    const sentence = page ? one("[data-problem]", page)?.textContent : type.startsWith("text/plain") && text.length < 400 ? text : null;
    const wrong = page ? all("[data-field]", page).map((line) => [line.dataset.field, line.textContent]) : [];
    return { page, wrong, sentence: sentence ?? (status > 501 ? gone() : odd()), isOurs: Boolean(sentence) };
  };

  // A page that came as the answer to a form is shown in place of this one, whose address stays.
  const showPage = (page, response) => {
    for (const link of all("link[rel=stylesheet], script[src]", page.head)) {
      const name = link.src ? "src" : "href";
      if (one(`${link.localName}[${name}="${CSS.escape(link.getAttribute(name))}"]`)) continue;
      const copy = document.createElement(link.localName);
      for (const attribute of link.attributes) copy.setAttribute(attribute.name, attribute.value);
      document.head.append(copy);
    }
    document.title = page.title;
    const main = document.adoptNode(one("#main", page));
    one("#main").replaceWith(main);
    globalThis.htmx?.process(main);
    document.dispatchEvent(new CustomEvent("htmx:after:swap", { detail: { ctx: { response } } }));
    (one('[aria-invalid="true"], [autofocus], .form-told', main) ?? main).focus();
    if (!one('[aria-invalid="true"], .form-told', main)) scrollTo(0, 0);
  };
  // A page that comes again after a change is where it was, and so is whoever works with keys: on the same thing, or on
  // the one after it where that is gone.
  const PLACE = "telltale-place", here = () => location.pathname + location.search;
  const leave = (form) => {
    const home = form.closest("[id]:not(form, main, input)");
    const next = home?.nextElementSibling?.id || home?.previousElementSibling?.id || home?.parentElement?.closest("[id]:not(main)")?.id;
    const place = { at: here(), y: scrollY, home: home?.id ?? "", next: next ?? "", action: form.getAttribute("action") };
    try { sessionStorage.setItem(PLACE, JSON.stringify(place)); } catch { /* storage is off: it begins at its top */ }
  };
  const comeBack = () => {
    let place = null;
    try { place = JSON.parse(sessionStorage.getItem(PLACE)); sessionStorage.removeItem(PLACE); } catch { /* the same */ }
    if (place?.at !== here() || one("#main [autofocus], #main [aria-invalid=true]")) return;
    const home = document.getElementById(place.home) ?? document.getElementById(place.next);
    const form = all("form", home ?? document.createElement("i")).find((each) => each.getAttribute("action") === place.action);
    const target = one("button:not([disabled], [hidden]), select, input:not([type=hidden])", form ?? document.createElement("i")) ?? one("a[href], button:not([disabled], [hidden]), summary", home ?? document.createElement("i"));
    for (let fold = target?.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) if (one("summary", fold) !== target) fold.open = true;
    if (!location.hash) scrollTo(0, place.y);
    (target ?? one("#main")).focus({ preventScroll: true });
  };
  const go = (form, where) => {
    const to = new URL(where, location.href);
    const isHere = to.pathname + to.search === here();
    if (isHere) leave(form);
    form.reset(); // or the browser would fill in what is done
    if (isHere && to.hash) { history.replaceState(null, "", to); location.reload(); } else location.assign(to);
  };
  const answer = async (form, button, response) => {
    const where = response.headers.get("Telltale-Goto");
    if (where) { go(form, where); return true; }
    const type = response.headers.get("Content-Type") ?? "", text = await response.text();
    if (response.status === 401 && !text) {
      if (!one("#log-in-again")) { location.assign("/login"); return true; }
      document.dispatchEvent(new CustomEvent("telltale:log-in", { detail: { again: () => form.requestSubmit(button ?? undefined) } }));
      return false;
    }
    const { page, sentence, wrong, isOurs } = response.ok ? { page: new DOMParser().parseFromString(text, "text/html") } : fault(response.status, type, text);
    if (page && !isOurs && response.status < 500 && one("#main", page)) showPage(page, response);
    else if (response.status < 500 && isOurs) refuse(form, sentence, wrong);
    else below(form, sentence ?? odd());
    return false;
  };

  // While an answer is awaited nothing is sent twice, and after a moment that is shown where it was pressed.
  const busy = (form, button) => {
    const place = button ?? one('[type="submit"]', form) ?? one("label, fieldset", form) ?? form;
    form.dataset.sending = "yes";
    const timer = setTimeout(() => place.setAttribute("aria-busy", "true"), PROGRESS_MS);
    return () => {
      clearTimeout(timer);
      delete form.dataset.sending;
      place.removeAttribute("aria-busy");
    };
  };
  const waiting = new WeakMap(); // a call of htmx → what ends its being busy
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail, source = ctx.sourceElement, form = source?.closest?.("form") ?? source;
    if (!form?.dataset || ctx.request.method === "GET") return;
    if (form.dataset.sending) { event.preventDefault(); return; }
    waiting.set(ctx, busy(form, ctx.request.submitter ?? (source === form ? null : source)));
  });
  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail, source = ctx.sourceElement;
    if (ctx.request.method !== "GET" || !source?.setAttribute || source === document.body || source.matches("[hx-trigger*=every]")) return;
    const timer = setTimeout(() => source.setAttribute("aria-busy", "true"), PROGRESS_MS);
    waiting.set(ctx, () => { clearTimeout(timer); source.removeAttribute("aria-busy"); });
  });
  document.addEventListener("htmx:finally:request", (event) => { waiting.get(event.detail.ctx)?.(); });
  document.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (event.defaultPrevented || form.getAttribute("method") !== "post" || form.matches("[hx-post], [hx-put], [data-plain]")) return;
    event.preventDefault();
    if (form.dataset.sending) return;
    const done = busy(form, button), sent = new FormData(form, button);
    const isFile = form.getAttribute("enctype") === "multipart/form-data";
    let response = null;
    try {
      response = await fetch(button?.getAttribute("formaction") ?? form.getAttribute("action"), {
        method: "POST", headers: { "Telltale-Form": "1" }, body: isFile ? sent : new URLSearchParams(sent),
        signal: isFile ? undefined : AbortSignal.timeout(PATIENCE_MS),
      });
      if (await answer(form, button, response)) setTimeout(done, FREE_AGAIN_MS); else done();
    } catch (error) {
      done();
      below(form, response || error.name === "TimeoutError" ? unsure() : gone());
      document.dispatchEvent(new Event("telltale:doubt"));
    }
  });
  // What was pressed before this script came was not sent, and is not shown as if it held.
  for (const form of all('form[method="post"][hx-trigger*="change"]')) form.reset();
  comeBack();
  Object.assign(globalThis.telltale, { refuse, below, near, fault });
})();
