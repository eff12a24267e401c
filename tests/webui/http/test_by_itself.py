# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page asks by itself keeps no log-in alive; what a person does, does."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from source_files import HOUSE

from store.accounts import login_sessions
from store.accounts.login_sessions import Lifetime
from store.config import account, edit
from webui.http.by_itself import is_by_itself
from webui.http.lazy_routes import every

pytestmark = pytest.mark.web

POLLED = {
    "/attention/count", "/home/live", "/queries/tail", "/api/v1/queries/live", "/evidence/tests/{number}/live",
    "/my/tests/live", "/setup/check/live", "/settings/restart",
}  # fmt: skip
WAYS = r'hx-trigger="every [^"]*"|setInterval\(|new EventSource\('  # how a page asks again and again
ASKING = {
    "static/home.js": 1, "static/log.js": 2, "templates/_idle_test_live.html": 1, "settings/_restart.html": 1,
    "first_run/_checklist.html": 1,
}  # fmt: skip


def test_these_are_what_pages_ask_again_and_again(visitor: Any) -> None:
    declared = {
        context.path for context in iter_route_contexts(every(visitor.app)) if is_by_itself(context.route)
    }
    assert declared == POLLED


def test_no_other_page_does() -> None:
    web = HOUSE / "webui"
    files = [*web.rglob("*.html"), *(path for path in web.rglob("*.js") if "vendor" not in path.parts)]
    counts = {str(path.relative_to(web)): len(re.findall(WAYS, path.read_text())) for path in files}
    assert {name: number for name, number in counts.items() if number} == ASKING, "declare it at its route (by_itself)"


def test_the_bell_does_not_keep_a_log_in_alive(visitor: Any) -> None:
    e = edit.engine(visitor.home.state)
    before = _last_seen(e)
    _set_last_seen(e, before - 7200)
    visitor.get("/attention/count")
    visitor.get("/home/live?seen=x")
    assert _last_seen(e) == before - 7200
    visitor.get("/devices")
    assert _last_seen(e) >= before


def test_a_session_that_is_only_polled_ends(visitor: Any) -> None:
    e, life = edit.engine(visitor.home.state), Lifetime(idle=3600)
    account.set_password(e, "correct horse battery")
    made = login_sessions.create_session(e, "192.168.1.2", now=1000, life=life)
    for now in range(1000, 1000 + 3600, 300):
        assert login_sessions.find_session(e, made.id, now, life, is_visit=False)
    assert login_sessions.find_session(e, made.id, 1000 + 3600, life, is_visit=False) is None


def _last_seen(e: Any) -> int:
    return max(view.last_seen for view in login_sessions.sessions(e))


def _set_last_seen(e: Any, at: int) -> None:
    from sqlmodel import Session, select

    from store.rows import tables

    with Session(e.sql) as session:
        for row in session.exec(select(tables.Session)):
            row.last_seen = at
            session.add(row)
        session.commit()
