# SPDX-License-Identifier: GPL-3.0-or-later
"""What a route may ask for. Each is an annotated type: `def home(reader: Reader, caller: CurrentSession) -> …`.

    WebUi           where the files are, the settings
    Reader          the query log, to read, for this one request, closed after it
    QuickReader     the same without what the recorder has not written yet
    Config          config.db, read-only plain sqlite3, for this one request, closed after it
    Engine          the engine that store.config.edit takes
    CurrentSession  who asks (a session or a token); the gate has let them in already
    Csrf            the token that an unsafe call must carry, "" without a session

The gate of webui.http.auth stands before every route, so a route needs `CurrentSession` only to know who it is.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from store.base import db
from store.config import edit
from store.config.choices import Role
from store.config.engine import Engine as SqlEngine
from store.log import readers
from store.log.protocol import LogReader
from store.log.querylog import FILE_NAME
from store.stats import sqlite_reader
from webui.http import state as web_ui
from webui.http.auth import Caller, not_logged_in


def ui(request: Request) -> web_ui.WebUi:
    state: web_ui.WebUi = request.app.state.ui
    return state


WebUi = Annotated[web_ui.WebUi, Depends(ui)]


def engine(ui: WebUi) -> SqlEngine:
    return edit.engine(ui.state)


def reader(ui: WebUi) -> Iterator[LogReader]:
    """Opening the log has the recorder write what waits, which is waited for: a moment, and once in some seconds.

    Nothing recorded yet is no error: the pages say so by their zeros.
    """
    since_ns, there = time.time_ns(), (ui.state / FILE_NAME).exists()
    log = sqlite_reader.open_reader(ui.state) if there else sqlite_reader.empty_reader()
    readers.wait(ui.run, since_ns)
    yield from _closing(log)


def quick_reader(ui: WebUi) -> Iterator[LogReader]:
    """The log as it is written by now: whoever types waits for no recorder."""
    there = (ui.state / FILE_NAME).exists()
    yield from _closing(sqlite_reader.open_reader(ui.state) if there else sqlite_reader.empty_reader())


def config(ui: WebUi) -> Iterator[sqlite3.Connection]:
    yield from _closing(db.connect(ui.state / "config.db", read_only=True))


def current_session(request: Request) -> Caller:
    """Who asks. Raises what the gate raises when nobody is logged in (only possible on a route that is open)."""
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is None:
        raise not_logged_in(request)
    return caller


def csrf_token(request: Request) -> str:
    """For templates (`csrf_token(request)`) and routes: the session's token, "" without a session."""
    caller: Caller | None = getattr(request.state, "caller", None)
    return caller.csrf if caller else ""


def person(request: Request) -> Caller | None:
    """Whoever is logged in with a browser; None for a token, or nobody."""
    caller: Caller | None = getattr(request.state, "caller", None)
    return caller if caller is not None and caller.kind == "session" else None


def limited(request: Request) -> Caller | None:
    """The same, where they may not do all: their pages are switched off in part."""
    caller = person(request)
    return caller if caller is not None and caller.scope != Role.ADMIN else None


Opened = TypeVar("Opened", LogReader, sqlite3.Connection)
Engine = Annotated[SqlEngine, Depends(engine)]
Reader = Annotated[LogReader, Depends(reader)]
QuickReader = Annotated[LogReader, Depends(quick_reader)]
Config = Annotated[sqlite3.Connection, Depends(config)]
CurrentSession = Annotated[Caller, Depends(current_session)]
Csrf = Annotated[str, Depends(csrf_token)]


def _closing(opened: Opened) -> Iterator[Opened]:
    try:
        yield opened
    finally:
        opened.close()
