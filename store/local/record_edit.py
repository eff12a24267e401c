# SPDX-License-Identifier: GPL-3.0-or-later
"""Local records: added, changed, removed, and taken in from a hosts file. Each function is one change."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from store.base.sentences import say, say_count, sentence_of
from store.config.engine import Engine
from store.config.session import EditError, NotFound, bump, looking, reading, selected, writing
from store.history import called
from store.local import hosts_file, local_records
from store.local.local_records import MAX_COMMENT, MAX_RECORDS, LocalRecord, RecordSet, WrongRecord
from store.rows import orm, tables
from wire import zones

MAX_REFUSED = 100  # lines of a file that are told of; who reads them sees the pattern sooner


@dataclass(frozen=True, slots=True)
class Imported:
    """How many records were added and were there already, and each line that was not: (number, sentence)."""

    added: int
    known: int
    refused: tuple[tuple[int, str], ...]


def records(e: Engine) -> list[tables.LocalRecord]:
    """All records by name: plain rows with its columns."""
    with looking(e) as con:
        return selected(con, "SELECT * FROM local_record ORDER BY name, id")


def add_record(e: Engine, name: str, type_: str, value: str, comment: str = "", own_name: str = "") -> int:
    """One more; returns its id. `own_name`: the appliance's, which no record takes. Raises EditError."""
    record, comment = _checked(name, type_, value, own_name), _comment(comment)
    with writing(e, say("The local record {record} is added.", record=str(record))) as session:
        rows = _rows(session)
        if len(rows) >= MAX_RECORDS:
            raise EditError(say("There are {most} local records already.", most=MAX_RECORDS))
        _stand_together(record, rows)
        row = _row(record, comment)
        session.add(row)
        session.flush()
        bump(session)
        assert row.id is not None
        return row.id


def change_record(
    e: Engine, number: int, name: str | None = None, type_: str | None = None, value: str | None = None,
    comment: str | None = None, own_name: str = "",
) -> None:  # fmt: skip
    """Change what is given of a record. Raises EditError, NotFound."""
    with writing(e, say("The local record {record} is changed.", record=called.record(number))) as session:
        row = _row_of(session, number)
        record = _checked(name or row.name, type_ or row.type, row.value if value is None else value, own_name)
        _stand_together(record, (other for other in _rows(session) if other.id != number))
        row.name, row.type, row.value = record.name, record.type, record.value
        row.comment = row.comment if comment is None else _comment(comment)
        session.flush()
        bump(session)


def remove_record(e: Engine, number: int) -> None:
    """Forget a record. Raises NotFound."""
    with writing(e, say("The local record {record} is removed.", record=called.record(number))) as session:
        session.delete(_row_of(session, number))
        bump(session)


def remove_name(e: Engine, name: str) -> int:
    """Forget all records of a name; returns how many. Raises NotFound."""
    name = name.strip().rstrip(".").lower()
    with writing(e, say("All local records of {name} are removed.", name=name)) as session:
        rows = [row for row in _rows(session) if row.name == name]
        if not rows:
            raise NotFound(say("There is no local record of {name}.", name=name))
        for row in rows:
            session.delete(row)
        bump(session)
        return len(rows)


def import_hosts(e: Engine, text: str, own_name: str = "") -> Imported:
    """Add what a hosts file says; what cannot be added is told of, and the rest is. Raises EditError."""
    _check_size(text)
    with writing(e, say("Local records are taken in from a hosts file.")) as session:
        judged = _judged(map(_of_row, _rows(session)), text, own_name)
        session.add_all(_row(record, comment) for record, comment in judged.new)
        if judged.new:
            bump(session)
    return Imported(len(judged.new), judged.known, tuple(judged.refused[:MAX_REFUSED]))


def preview_hosts(e: Engine, text: str, own_name: str = "") -> tuple[Imported, list[LocalRecord]]:
    """What taking it in would come to, and the records that it would add; nothing is changed. Raises EditError."""
    _check_size(text)
    with reading(e) as session:
        judged = _judged(map(_of_row, _rows(session)), text, own_name)
    imported = Imported(len(judged.new), judged.known, tuple(judged.refused[:MAX_REFUSED]))
    return imported, [record for record, _ in judged.new]


def summary(imported: Imported) -> str:
    """What came of it, in a sentence."""
    return say_count(
        imported.added, "{count:,} record was added; {known} were known, {refused} could not be added.",
        "{count:,} records were added; {known} were known, {refused} could not be added.",
        known=imported.known, refused=len(imported.refused),
    )  # fmt: skip


@dataclass(slots=True)
class _Judged:
    """What a file's lines come to: new records with their comments, how many are known, what cannot be added."""

    new: list[tuple[LocalRecord, str]] = field(default_factory=list)
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def _judged(rows: Iterable[LocalRecord], text: str, own_name: str) -> _Judged:
    every, judged = list(rows), _Judged()
    there, beside = set(every), RecordSet(every)
    for line in hosts_file.parse(text):
        why = line.refused
        if line.record in there:
            judged.known += 1
            continue
        if line.record is not None and not why:
            why = _why_not(line.record, beside, len(there), own_name)
        if line.record is None or why:
            judged.refused.append((line.number, why))
            continue
        there.add(line.record)
        judged.new.append((line.record, line.comment))
    return judged


def _check_size(text: str) -> None:
    if len(text) > hosts_file.MAX_TEXT:
        raise EditError(say("The file is too large for a hosts file; add it as a blocklist."))


def _why_not(record: LocalRecord, beside: RecordSet, count: int, own_name: str) -> str:
    try:
        if count >= MAX_RECORDS:
            raise ValueError(say("There are {most} local records already.", most=MAX_RECORDS))
        _refuse_own(record, own_name)
        beside.add(record)
    except ValueError as error:
        return sentence_of(error)
    return ""


def _checked(name: str, type_: str, value: str, own_name: str) -> LocalRecord:
    try:
        record = local_records.check(name, type_, value)
        _refuse_own(record, own_name)
    except WrongRecord as error:
        raise EditError(sentence_of(error), error.part) from None
    except ValueError as error:
        raise EditError(sentence_of(error), "name") from None
    return record


def _refuse_own(record: LocalRecord, own_name: str) -> None:
    label, _, zone = record.name.partition(".")
    if own_name and (record.name == own_name or (label == own_name and zone in zones.HOME_ZONES)):
        raise ValueError(say("{name} is this appliance's own name; another one is chosen in the settings.",
                             name=record.name))  # fmt: skip


def _stand_together(record: LocalRecord, rows: Iterable[tables.LocalRecord]) -> None:
    try:
        RecordSet(map(_of_row, rows)).add(record)
    except ValueError as error:
        raise EditError(sentence_of(error), "name") from None


def _comment(text: str) -> str:
    if len(text) > MAX_COMMENT:
        raise EditError(say("A comment has at most {most} characters.", most=MAX_COMMENT), "comment")
    return text


def _rows(session: orm.Session) -> list[tables.LocalRecord]:
    table = tables.LocalRecord
    return list(session.exec(orm.select(table).order_by(orm.col(table.id))).all())


def _row_of(session: orm.Session, number: int) -> tables.LocalRecord:
    row = session.get(tables.LocalRecord, number)
    if row is None:
        raise NotFound(say("There is no local record {number}.", number=number))
    return row


def _row(record: LocalRecord, comment: str) -> tables.LocalRecord:
    return tables.LocalRecord(
        name=record.name, type=record.type, value=record.value, comment=comment, created_at=int(time.time())
    )


def _of_row(row: tables.LocalRecord) -> LocalRecord:
    return LocalRecord(row.name, row.type, row.value)
