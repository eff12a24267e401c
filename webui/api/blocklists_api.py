# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocklists: vendor packs, the catalogue, and what was added by hand; a toggle acts within a second."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from blocklists.rules.list_options import Options
from store.base import db
from store.base.sentences import sentence_of
from store.config import edit, list_status, lists, scopes
from store.config.choices import ListFormat, ListKind, PackLevel, RuleKind
from store.config.list_input import check_remote
from store.config.list_status import ListUpdate
from store.config.lists import BlocklistView
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Engine, Reader, WebUi
from webui.http.problems import Problem

router = APIRouter(prefix="/blocklists", tags=["blocklists"], dependencies=[permissions.sees])

# More than any address has; what a source may be is the store's to say.
MAX_SOURCE = 4000
BlocklistId = Annotated[str, Path(max_length=200, description="such as pack:xiaomi")]


class Toggle(shapes.Body):
    scope: str = Field(default=str(scopes.HOUSE), max_length=40, description=scopes.HINT)
    on: bool | None = Field(description="null: as the wider scope has it")
    level: PackLevel | None = Field(default=None, description="of a vendor pack; kept when left out")
    schedule: int | None = Field(
        default=None, ge=1, le=shapes.MAX_ID, description="where alone it holds; null: always; kept when left out"
    )


class Blocklist(BaseModel):
    id: str
    kind: ListKind
    title: str
    source: str = Field(description="without user, password and keys; written back, it changes nothing")
    format: str | None = Field(description="null: told by the content")
    allow: bool = Field(description="its names are allowed, not blocked")
    about: str
    licence: str
    purpose: str
    size: str
    homepage: str
    added_at: str | None
    guard: bool = Field(description="rules that would block what the home needs are left out")
    answer: str = Field(description="to what it blocks; empty: the group's or the house's answer")
    options: dict[str, Any] = Field(description="how it is read, where that differs from the usual: docs/lists.md")
    on: bool = Field(description="for the house")
    level: PackLevel | None = Field(description="of a vendor pack, for the house")
    toggles: list[Toggle]
    update: ListUpdate[str] | None = Field(description="null: never fetched; times are ISO 8601")


class BlocklistList(BaseModel):
    items: list[Blocklist]
    next: None = None


class NewBlocklist(shapes.Body):
    source: str = Field(max_length=MAX_SOURCE, description="an http(s) address; files are added on the command line")
    title: str | None = Field(default=None, max_length=200)
    format: ListFormat | None = Field(default=None, description="told by the content when left out")
    kind: RuleKind = Field(default=RuleKind.BLOCK, description="allow: its names are allowed")


class BlocklistChange(shapes.Body):
    """What is left out stays as it is. Source, title, format and kind are those of a list that was added by hand."""

    source: str | None = Field(default=None, max_length=MAX_SOURCE)
    title: str | None = Field(default=None, max_length=200)
    format: ListFormat | None = None
    kind: RuleKind | None = None
    guard: bool | None = Field(default=None, description="false: take the rules that the guard leaves out")
    answer: str | None = Field(default=None, max_length=2000, description="as of a rule; empty: the house's")
    options: dict[str, Any] | None = Field(default=None, description="replaces what was set: docs/lists.md")


class Health(BaseModel):
    """What a list holds, and what it did in the last days."""

    id: str
    days: int
    kinds: dict[str, int]
    skipped: dict[str, int]
    changed_at: str | None
    changes: dict[str, Any]
    hits: int = Field(description="queries that it decided")
    rules_hit: int = Field(description="different rules of it that decided any")
    never_hit: int = Field(description="names of it that decided nothing")
    last_hit: str | None


@router.get("", summary="All blocklists")
def blocklists(engine: Engine) -> BlocklistList:
    return BlocklistList(items=[_shape(view) for view in lists.blocklists(engine)])


@router.post("", status_code=201, summary="Add a blocklist; it is on for the house at once")
def add_blocklist(body: NewBlocklist, engine: Engine) -> Blocklist:
    made = lists.add_blocklist(engine, check_remote(body.source), body.title, body.format, body.kind == RuleKind.ALLOW)
    return _shape(lists.blocklist(engine, made))


@router.patch("/{blocklist_id}", summary="Change a blocklist, or how it is read")
def change_blocklist(blocklist_id: BlocklistId, body: BlocklistChange, engine: Engine) -> Blocklist:
    fields = body.model_dump(include=body.model_fields_set & {"source", "title", "format"})
    fields = {key: value for key, value in fields.items() if value is not None or key == "format"}
    if "source" in fields and fields["source"] != lists.blocklist(engine, blocklist_id).source:
        check_remote(fields["source"])
    if body.kind is not None:
        fields["allow"] = body.kind == RuleKind.ALLOW
    fields |= {key: value for key in ("guard", "answer", "options") if (value := getattr(body, key)) is not None}
    if body.options is not None:
        fields["options"] = _options(body.options)
    lists.update_blocklist(engine, blocklist_id, **fields)
    return _shape(lists.blocklist(engine, blocklist_id))


@router.post("/{blocklist_id}/accept", status_code=202, summary="Take the version that is held back")
def accept(blocklist_id: BlocklistId, engine: Engine) -> Blocklist:
    lists.accept_held(engine, blocklist_id)
    return _shape(lists.blocklist(engine, blocklist_id))


@router.get("/{blocklist_id}/health", summary="What a blocklist holds, and what it did")
def health(
    blocklist_id: BlocklistId, engine: Engine, reader: Reader, days: Annotated[int, Query(ge=1, le=3650)] = 30
) -> Health:
    view = lists.blocklist(engine, blocklist_id)
    status, now_us = view.status, time.time_ns() // 1000
    hits = reader.list_hits(blocklist_id, now_us - days * 86_400_000_000, now_us + 1)
    names = status.block_names + status.allow_names if status else 0
    return Health(
        id=view.id,
        days=days,
        kinds=status.kinds if status else {},
        skipped=status.skipped if status else {},
        changed_at=shapes.seconds_iso(status.changed_at) if status else None,
        changes=status.changes if status else {},
        hits=hits.queries,
        rules_hit=hits.rules,
        never_hit=max(0, names - hits.rules),
        last_hit=shapes.seconds_iso(hits.last_us // 1_000_000) if hits.last_us else None,
    )


@router.delete("/{blocklist_id}", status_code=204, summary="Remove a blocklist that was added by hand")
def remove_blocklist(blocklist_id: BlocklistId, engine: Engine) -> None:
    lists.remove_blocklist(engine, blocklist_id)


@router.put("/{blocklist_id}/toggle", summary="Turn a blocklist on or off for a scope")
def toggle(blocklist_id: BlocklistId, body: Toggle, engine: Engine) -> Blocklist:
    if body.on is None:
        edit.clear_toggle(engine, blocklist_id, body.scope)
    else:
        schedule = body.schedule if "schedule" in body.model_fields_set else edit.KEEP
        edit.set_toggle(engine, blocklist_id, body.scope, body.on, body.level, schedule)
    return _shape(lists.blocklist(engine, blocklist_id))


@router.post("/{blocklist_id}/update", status_code=202, summary="Look for a newer version now")
def update(blocklist_id: BlocklistId, engine: Engine, ui: WebUi) -> Blocklist:
    """Marks the list as never checked; the list update, which watches config.db, sees to it within seconds."""
    lists.blocklist(engine, blocklist_id)
    with closing(db.connect(ui.state / "config.db")) as con:
        list_status.note(con, blocklist_id, lambda status: replace(status, checked_at=None))
    return _shape(lists.blocklist(engine, blocklist_id))


def _options(given: dict[str, Any]) -> dict[str, Any]:
    try:
        return Options.of(given).given()
    except ValueError as error:
        raise Problem(422, sentence_of(error)) from None


def _shape(view: BlocklistView) -> Blocklist:
    plain = ("id", "kind", "title", "source", "format", "allow", "about", "licence", "purpose", "size", "homepage",
             "guard", "answer", "options")  # fmt: skip
    return Blocklist(
        **{key: getattr(view, key) for key in plain},
        added_at=shapes.seconds_iso(view.added_at),
        on=view.on,
        level=view.level,
        toggles=[Toggle.model_validate(scoped, from_attributes=True) for scoped in view.toggles],
        update=None if view.status is None else list_status.shown(view.status, shapes.iso_of_seconds),
    )
