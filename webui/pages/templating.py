# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates to responses. Autoescape is on for every template: names from the network are hostile text.

page(request, "home_page.html", notice=…)      a whole page, with the frame, health banner and session around it
fragment(request, "_pack.html", …)        a part of one, for htmx
problem_page(request, shown)       an error, said to a person; of a form, in its place
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
import zlib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool

from evidence.whatif import change_words
from store.backup.backup_form import MAX_BYTES
from store.base import db, languages
from store.base.languages import ENGLISH, tell
from store.base.process_parts import State
from store.base.sentences import say
from store.base.store_errors import StoreError
from store.config import custom_responses, edit, list_status
from store.config.choices import Role
from store.config.session import EditError
from store.household import changes, pauses
from store.names import list_anchor
from store.names.decoded_name import decoded
from webui.frame import allowed_controls, first_run_marks, navigation
from webui.frame.asked_again import asked_again, page_before
from webui.frame.refused_form import Refused, Words, page_again
from webui.http import auth, deps, route_needs, who_acts
from webui.http.auth import Caller, identify, is_form, session_cookie
from webui.http.form_calls import by_script
from webui.http.language import language
from webui.http.permissions import Need
from webui.http.problems import Problem, Shown
from webui.http.state import WebUi
from webui.numbers import headline, home_view
from webui.pages import kept_templates
from webui.views import (
    changes_view,
    formatting,
    kind_words,
    queries_view,
    relief_view,
    rules_view,
    settings_view,
    spoken,
)  # fmt: skip
from webui.views.labels import VERDICTS, label
from webui.views.relief_view import PauseLine
from webui.views.spoken import Spoken, Written

HERE = Path(__file__).parents[1]
# What a page says on top to whoever may not do all.
_LOOKS_ON = say("You see everything here and change nothing. What is switched off, an admin can do.")
_LOOKS_ON_DEVICES = say("You see your own devices alone.")
# A page beside its file; shared parts.
_WINGS = (
    "pages", "accounts", "private_dns", "signatures", "settings", "home", "queries", "household", "household/templates",
    "services", "evidence",
    "lists/templates", "rules", "idle_test", "devices", "companies", "first_run", "templates",
)  # fmt: skip
TEMPLATES = tuple(HERE / wing for wing in _WINGS)


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A whole page; `values` are the template's own. A `notice` in the address is shown above the content."""
    frame = {"logged_in": deps.csrf_token(request) != "", "here": navigation.entry_of(request.url.path)}
    frame |= _way_round(request)
    frame |= {"pause_lengths": relief_view.quick_lengths(time.time())}
    frame |= {"pauses": [], "request_path": request.url.path if request.method == "GET" else "/"}
    if frame["logged_in"] and "health_problems" not in values:
        ui: WebUi = request.app.state.ui
        # What is only worth knowing, while all work, stands on Home and Health.
        frame["health_problems"] = [problem for problem in ui.health().problems if problem.state is not State.OK]
    if frame["logged_in"] and "pauses" not in values:
        frame["pauses"] = _pauses(request.app.state.ui)
    if frame["logged_in"] and "toast" not in values:
        frame["toast"], frame["toast_back"] = _toast(request), _address(request)
    frame["offline_page"] = request.app.state.ui.settings().offline_page == "on"
    frame["not_kept"] = settings_view.not_kept(request.app.state.ui.settings()) if frame["logged_in"] else ""
    response = HTMLResponse(_text(request, template, {"notice": "", **frame, **values}), status)
    who_acts.forget(request, response)
    return response


def fragment(request: Request, template: str, **values: Any) -> HTMLResponse:
    return HTMLResponse(_text(request, template, values))


def text(request: Request, template: str, **values: Any) -> str:
    """The rendered text alone, for a stream of fragments."""
    return _text(request, template, values)


async def problem_page(request: Request, shown: Shown) -> Response:
    """Any error as a page. A form that is refused is shown again where it stood, with what was typed, and what is wrong
    beside its field. Everything else is shown also when there is no database."""
    refused = request.method == "POST" and 400 <= shown.status < 500
    before = page_before(request) if refused else ""
    if before and not by_script(request) and (again := await _form_again(request, before, shown)):
        return HTMLResponse(again, shown.status)
    await run_in_threadpool(_recognise, request)
    values: dict[str, Any] = {"health_problems": [], "pauses": [], "toast": None, "problem_status": shown.status}
    values["problem_title"] = say("Nothing was changed") if refused else shown.title
    return page(request, "error.html", shown.status, problem=shown.detail, wrong=shown.wrong, back=before, **values)


def _recognise(request: Request) -> None:
    """Who asks, where the error came before the gate could say so; nobody while that cannot be known."""
    if getattr(request.state, "caller", None) is None and session_cookie(request):
        with contextlib.suppress(Problem, EditError, StoreError, sqlite3.Error):
            request.state.caller = identify(request, None)


async def _form_again(request: Request, before: str, shown: Shown) -> str | None:
    html = await asked_again(request, before)
    if html is None or not is_form(request):
        return None
    sent = [(name, value) for name, value in (await request.form()).multi_items() if isinstance(value, str)]
    parts = _environment(request).get_template("_form_told.html").module
    words = Words(parts.beside, parts.below, parts.above)  # type: ignore[attr-defined]
    return page_again(html, Refused(request.url.path, sent, shown.detail, shown.wrong), words)


def wants_fragment(request: Request) -> bool:
    """Whether htmx asked: then a form answers with the changed part, else with a redirect to the page."""
    return "hx-request" in request.headers


def back_to(where: str) -> RedirectResponse:
    return RedirectResponse(where, 303)


@cache
def environment(tag: str = ENGLISH, state: Path | None = None) -> Environment:
    """The templates in one of the languages that there are; with `state`, compiled ones are kept there."""
    speech = Spoken(tag)
    made = Environment(
        bytecode_cache=None if state is None else kept_templates.kept_in(state, tag, _compiled_in(tag)),
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=speech.shown,
        extensions=[Written],
    )
    names = ("number", "share", "listed", "iso", "clock", "day_and_time", "exact", "ago", "duration", "size",
             "zone", "short_clock", "short_day")  # fmt: skip
    made.filters |= {name: getattr(formatting, name) for name in names}
    made.filters |= {"visible": speech.visible, "decoded": decoded, "label": label, "turned": change_words.turned}
    made.filters |= {"became": queries_view.outcome}
    made.filters |= {"outcome": headline.outcome_of, "company_page": home_view.company_page,
                     "list_page": list_anchor.page_of}
    made.globals |= {"kind_words": kind_words.KINDS, "what_for": kind_words.what_for}
    made.globals |= {"static": static, "worker": worker, "verdicts": VERDICTS, **speech.globals()}
    made.globals |= {"block_words": ", ".join(custom_responses.WORDS), "max_backup": MAX_BYTES}
    return made


def _environment(request: Request) -> Environment:
    ui: WebUi = request.app.state.ui
    return environment(language(request), ui.state if ui.keeps_templates else None)


def _compiled_in(tag: str) -> tuple[Path, ...]:
    """What a template in this language is made of, beside itself."""
    here = (Path(__file__), Path(str(spoken.__file__)))
    return here if tag == ENGLISH else (*here, languages.path_of(tag))


@cache
def static(name: str) -> str:
    """The address of a static file with a mark of its content, so that a browser keeps it until it changes."""
    mark = zlib.crc32((HERE / "static" / name).read_bytes())
    return f"/static/{name}?v={mark:08x}"


@cache
def worker() -> str:
    """The address of the script behind the pages (static/worker.js); another once anything that it keeps is other."""
    kept = [*sorted((HERE / "static").rglob("*.*")), HERE / "templates/base.html", HERE / "pages/offline_page.html"]
    mark = zlib.crc32(b"".join(path.read_bytes() for path in kept))
    return f"/static/worker.js?v={mark:08x}"


def _toast(request: Request) -> changes_view.Line | None:
    """The change that this request made, or this browser just before, which can be undone at once."""
    number = who_acts.made(request) or who_acts.offered(request)
    view = changes.change(deps.engine(request.app.state.ui), number) if number else None
    return changes_view.line(view) if view else None


def _address(request: Request) -> str:
    """The page as it was asked for, to come back to; of a form that was sent, the page of its kind."""
    query = f"?{request.url.query}" if request.url.query else ""
    return request.url.path + query if request.method == "GET" else "/changes"


def _text(request: Request, template: str, values: dict[str, Any]) -> str:
    common = {"csrf": deps.csrf_token(request), "now": time.time()}
    html = _environment(request).get_template(template).render({**common, **values})
    caller = deps.limited(request)
    if caller is None:
        return html
    why = tell(auth.why_refused(caller, Need.ADMIN), language(request))
    return allowed_controls.switch_off(html, lambda method, path: _may(caller, route_needs.find(method, path)),
                                       request.url.path, why)  # fmt: skip


def _may(caller: Caller, need: Need | None) -> bool:
    """What is no call of ours, as a static file, is nobody's to refuse."""
    return need is None or caller.may(need)


def _way_round(request: Request) -> dict[str, Any]:
    """Where whoever looks may go, and what they are told of what they may not do."""
    caller, is_open = deps.limited(request), first_run_marks.is_open(request.app.state.ui.state)
    if caller is None:
        groups = navigation.groups(first_run=is_open)
        whole = {"navigation": groups, "bar": navigation.BAR, "limits": "", "sees_all": True}
        return {**whole, "person": deps.person(request)}
    own = caller.scope == Role.OWN
    groups, bar = navigation.of(lambda path: _may(caller, route_needs.find("GET", path)), own=own)
    here = navigation.entry_of(request.url.path, own=own)
    limits = _LOOKS_ON_DEVICES if own else _LOOKS_ON
    return {"navigation": groups, "bar": bar, "here": here, "limits": limits, "sees_all": not own, "person": caller}


def _pauses(ui: WebUi) -> list[PauseLine]:
    """What is paused now; nothing while config.db cannot be read."""
    try:
        rows = pauses.pauses(edit.engine(ui.state))
        if not rows:
            return []
        with contextlib.closing(db.connect(ui.state / "config.db", read_only=True)) as con:
            names, titles = rules_view.scope_names(con), list_status.titles(con)
    except (EditError, sqlite3.Error):
        return []
    return [relief_view.pause_line(row, names, titles, time.time()) for row in rows]
