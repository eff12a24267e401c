# SPDX-License-Identifier: GPL-3.0-or-later
"""All decisions as a file to keep, and such a file looked at and put back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from evidence.idle_test import backed_up
from store.backup import backup_form, part_changes
from store.backup import restore as putting_back
from store.backup.restore import PutTests
from store.base.sentences import say, sentence_of
from store.config.engine import Engine as SqlEngine
from store.config.session import EditError
from webui.household import backup_api
from webui.http import large_bodies, permissions
from webui.http.deps import Config, Engine, WebUi
from webui.http.problems import Problem
from webui.http.state import WebUi as State
from webui.pages.templating import back_to, page
from webui.views import backup_view

router = APIRouter(prefix="/backup", dependencies=[permissions.admins])

MAX_NAME = 200  # of a file's name that is shown
Key = Annotated[str, Form(pattern=r"^[0-9a-f]{64}$")]
_WITHOUT_ACCESS = tuple(part for part in backup_form.PARTS if part != backup_view.ACCESS)


@dataclass(frozen=True, slots=True)
class Preview:
    """A file that waits for a yes. `newest`: the latest moment that it tells of, Unix seconds."""

    key: str
    name: str
    newest: int | None
    altered: int
    lines: list[backup_view.PartLine]


@router.get("")
def show(request: Request, altered: Annotated[int | None, Query(ge=0, le=2**53)] = None) -> Response:
    """`altered`: how many rows a restore, just done, has made others."""
    notice = "" if altered is None else backup_view.done(altered)
    return page(request, "backup_page.html", notice=notice, preview=None, refused="")


@router.get("/download")
def download(config: Config, ui: WebUi) -> Response:
    return backup_api.download(config, ui.state, "a browser")


@router.post("/preview")
async def preview(request: Request, ui: WebUi, engine: Engine) -> Response:
    """What the file holds, and what would change; nothing does yet."""
    try:
        with large_bodies.taking(ui):
            file = (await request.form()).get("file")
            if not isinstance(file, UploadFile) or not file.filename:
                raise EditError(say("Choose the file of a backup first."))
            name = file.filename[:MAX_NAME]
            shown = await run_in_threadpool(_look, ui, engine, name, await file.read())
    finally:
        await request.close()
    return page(request, "backup_page.html", preview=shown, refused="")


@router.post("/restore")
def restore(
    request: Request, ui: WebUi, engine: Engine, key: Key,
    part: Annotated[list[str] | None, Form(max_length=len(backup_form.PARTS))] = None,
) -> Response:  # fmt: skip
    """The parts that are ticked, of the very file that was looked at."""
    with large_bodies.taking(ui):
        kept = ui.kept_backups.find(key)
        if kept is None:
            raise Problem(409, say("This file was looked at too long ago, or is restored already: choose it again."))
        if not part:
            return _again(request, ui, engine, key, kept, [], say("Tick what is to be restored."))
        try:
            restored = putting_back.restore(engine, backup_form.load(kept[1]), _only(part), _tests(ui))
        except EditError as error:
            if error.__cause__ is not None:
                raise
            return _again(request, ui, engine, key, kept, part, sentence_of(error))
        ui.kept_backups.drop(key)
    ui.forget_settings()
    return back_to(f"/backup?altered={restored.altered}")


def _look(ui: State, engine: SqlEngine, name: str, raw: bytes) -> Preview:
    text = backup_form.text_of(raw)
    shown = _preview(ui, engine, "", name, text, _WITHOUT_ACCESS)
    return Preview(ui.kept_backups.keep(name, text), shown.name, shown.newest, shown.altered, shown.lines)


def _preview(
    ui: State, engine: SqlEngine, key: str, name: str, text: str, ticked: tuple[str, ...] | list[str]
) -> Preview:
    loaded = backup_form.load(text)
    tried = putting_back.restore(engine, loaded, put_tests=_tests(ui), dry_run=True)
    lines = backup_view.lines(tried.counts, ticked)
    return Preview(key, name, part_changes.newest(loaded.tables), tried.altered, lines)


def _again(
    request: Request, ui: State, engine: SqlEngine, key: str, kept: tuple[str, str], ticked: list[str], refused: str
) -> Response:
    """The same file, with why these parts cannot be restored."""
    shown = _preview(ui, engine, key, *kept, ticked)
    return page(request, "backup_page.html", 422, preview=shown, refused=refused)


def _tests(ui: State) -> PutTests:
    return backed_up.putting_back(ui.state)


def _only(parts: list[str]) -> list[str]:
    """All but password and tokens is what a whole restore is, and is called so in the history."""
    return [] if set(parts) == set(_WITHOUT_ACCESS) else parts
