# SPDX-License-Identifier: GPL-3.0-or-later
"""Local records: names of the home's own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from store.base.sentences import say
from store.config.engine import Engine as SqlEngine
from store.local import hosts_file, record_edit
from store.local.local_records import MAX_COMMENT, TYPES
from store.rows import tables
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Engine, WebUi
from webui.http.problems import Problem

router = APIRouter(prefix="/records", tags=["local names"], dependencies=[permissions.sees])

RecordId = Annotated[int, Path(ge=1, le=shapes.MAX_ID)]
MAX_PREVIEWED = 1_000  # records of a hosts file that is only looked at; the count tells of all
_NAME = "a name, or `*.x` for every name below x that no nearer record is of; of PTR an address will do"


class LocalRecord(BaseModel):
    id: int
    name: str
    type: str
    value: str
    comment: str
    created_at: str


class LocalRecordList(BaseModel):
    items: list[LocalRecord]
    next: None = None


class NewRecord(shapes.Body):
    name: str = Field(max_length=300, description=_NAME)
    type: str = Field(max_length=20, description=", ".join(TYPES))
    value: str = Field(max_length=2000, description="as a zone file has it, such as `1 2 5060 pbx.lan` of SRV")
    comment: str = Field(default="", max_length=MAX_COMMENT)


class RecordChange(shapes.Body):
    name: str | None = Field(default=None, max_length=300, description=_NAME)
    type: str | None = Field(default=None, max_length=20)
    value: str | None = Field(default=None, max_length=2000)
    comment: str | None = Field(default=None, max_length=MAX_COMMENT)


class HostsFile(shapes.Body):
    text: str = Field(max_length=hosts_file.MAX_TEXT, description="lines such as `192.168.1.5 nas.lan`")


class RefusedLine(BaseModel):
    line: int
    why: str


class Imported(BaseModel):
    added: int
    known: int = Field(description="that were there already")
    refused: list[RefusedLine]


class NewRecordShown(BaseModel):
    name: str
    type: str
    value: str


class ImportPreview(BaseModel):
    adds: int = Field(description="how many records would be added")
    known: int = Field(description="that are there already")
    refused: list[RefusedLine]
    items: list[NewRecordShown] = Field(description=f"what would be added, {MAX_PREVIEWED:,} at most")


@router.get("", summary="All local records")
def records(engine: Engine) -> LocalRecordList:
    return LocalRecordList(items=[_shape(row) for row in record_edit.records(engine)])


@router.post("", status_code=201, summary="Add a local record")
def add_record(body: NewRecord, engine: Engine, ui: WebUi) -> LocalRecord:
    own = ui.settings().own_name
    return _by_id(engine, record_edit.add_record(engine, body.name, body.type, body.value, body.comment, own))


@router.post("/import", summary="Add what a hosts file says")
def import_hosts(body: HostsFile, engine: Engine, ui: WebUi) -> Imported:
    imported = record_edit.import_hosts(engine, body.text, ui.settings().own_name)
    return Imported(added=imported.added, known=imported.known, refused=_lines(imported))


@router.post("/import/preview", summary="What a hosts file would add; nothing is changed")
def preview_hosts(body: HostsFile, engine: Engine, ui: WebUi) -> ImportPreview:
    imported, new = record_edit.preview_hosts(engine, body.text, ui.settings().own_name)
    items = [NewRecordShown(name=row.name, type=row.type, value=row.value) for row in new[:MAX_PREVIEWED]]
    return ImportPreview(adds=imported.added, known=imported.known, refused=_lines(imported), items=items)


@router.patch("/{record_id}", summary="Change a local record")
def change_record(record_id: RecordId, body: RecordChange, engine: Engine, ui: WebUi) -> LocalRecord:
    own = ui.settings().own_name
    record_edit.change_record(engine, record_id, body.name, body.type, body.value, body.comment, own)
    return _by_id(engine, record_id)


@router.delete("/{record_id}", status_code=204, summary="Remove a local record")
def remove_record(record_id: RecordId, engine: Engine) -> None:
    record_edit.remove_record(engine, record_id)


def _lines(imported: record_edit.Imported) -> list[RefusedLine]:
    return [RefusedLine(line=number, why=why) for number, why in imported.refused]


def _by_id(engine: SqlEngine, number: int) -> LocalRecord:
    for row in record_edit.records(engine):
        if row.id == number:
            return _shape(row)
    raise Problem(404, say("There is no local record {number}.", number=number))


def _shape(row: tables.LocalRecord) -> LocalRecord:
    return LocalRecord(
        id=row.id or 0, name=row.name, type=row.type, value=row.value, comment=row.comment,
        created_at=shapes.iso_of_seconds(row.created_at),
    )  # fmt: skip
