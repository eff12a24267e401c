# SPDX-License-Identifier: GPL-3.0-or-later
"""All that the home has decided as one file, and such a file put back. Admins alone, for it holds hashes."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from evidence.idle_test import backed_up
from store.backup import backup_form, part_changes
from store.backup import restore as putting_back
from store.config.engine import Engine as SqlEngine
from webui.api import shapes
from webui.http import large_bodies, permissions
from webui.http.deps import Config, CurrentSession, Engine, WebUi
from webui.http.state import WebUi as State

router = APIRouter(tags=["backup"], dependencies=[permissions.admins])
log = logging.getLogger("webui")

_PARTS = f"a part to restore, as often as wanted, of {', '.join(backup_form.PARTS)}; left out: all"
_FILE: dict[str, Any] = {"type": "object", "description": "a backup, as GET /api/v1/backup makes it"}
_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": _FILE}}}}
_DOWNLOAD: dict[int | str, dict[str, Any]] = {
    200: {"description": "the file", "content": {"application/json": {"schema": _FILE}}}
}


class Part(BaseModel):
    part: str
    rows: int = Field(description="that the backup holds")
    added: int = Field(description="rows that come; of a dry run: that would come")
    changed: int
    removed: int


class Restored(BaseModel):
    dry_run: bool
    parts: list[Part]
    altered: int = Field(description="rows in all; 0: everything is as in the backup already")
    access: bool = Field(description="password and tokens become the backup's: everybody has to log in anew")
    schema_version: int = Field(description="of config.db, when the backup was made")
    newest: str | None = Field(description="the latest moment that a row tells of: the backup is no older")
    change: int | None = Field(description="the id of the change, which can be undone; null: nothing is changed")


@router.get("/backup", summary="All that the home has decided, as a file", response_class=Response, responses=_DOWNLOAD)
def backup(config: Config, ui: WebUi, caller: CurrentSession) -> Response:
    """For admins alone, for the file **holds secrets**: the hash of the password and those of the tokens (not the
    password, not the tokens), and addresses of lists with the user and key that stand in them. It holds settings,
    schedules, groups, devices, lists with their toggles, rules, switches of the wall, local names, static leases,
    pauses and requests, and the results of idle tests. It does not hold the query log, the history of changes,
    sessions, or telltale.toml.
    """
    return download(config, ui.state, f"the token {caller.name}" if caller.kind == "token" else "a browser")


@router.post("/restore", summary="Make everything as a backup has it, or parts of it", openapi_extra=_BODY)
async def restore(
    request: Request,
    ui: WebUi,
    engine: Engine,
    only: Annotated[list[str] | None, Query(max_length=50, description=_PARTS)] = None,
    dry_run: Annotated[bool, Query(description="say what would change, and change nothing")] = False,
) -> Restored:
    """The body is the file itself, of 32 MiB at most. All of it or nothing, as one change that can be undone.

    Password and tokens come only with `only=access`, or where no password is set. 422 says why a file cannot be
    restored: no backup, cut off, of a newer Telltale, or with a row that no page would take. 409 while another backup
    is being restored.
    """
    with large_bodies.taking(ui):
        raw = await large_bodies.read(request)
        restored = await run_in_threadpool(_restore, ui, engine, raw, only or [], dry_run)
    ui.forget_settings()
    restored.change = None if dry_run else next(reversed(request.state.acting.changes), None)
    return restored


def download(config: Config, state: Path, by: str) -> Response:
    """The file, named by the day."""
    text = backup_form.dump(config, backed_up.rows(state))
    log.info("a backup was taken by %s", by)
    name = time.strftime("telltale-backup-%Y-%m-%d.json")
    return Response(
        text.encode(), media_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _restore(ui: State, engine: SqlEngine, raw: bytes, only: list[str], dry_run: bool) -> Restored:
    loaded = backup_form.load(backup_form.text_of(raw))
    restored = putting_back.restore(engine, loaded, only, backed_up.putting_back(ui.state), dry_run=dry_run)
    return Restored(
        dry_run=dry_run, parts=[Part.model_validate(part, from_attributes=True) for part in restored.counts],
        altered=restored.altered, access=restored.access, schema_version=loaded.schema,
        newest=shapes.seconds_iso(part_changes.newest(loaded.tables)), change=None,
    )  # fmt: skip
