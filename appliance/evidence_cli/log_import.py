# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale log import`: another blocker's history into the query log, with its devices."""

import os
import sqlite3
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from appliance.errors import Complaint
from appliance.evidence_cli import log_work
from appliance.evidence_cli.time_option import moment
from appliance.start import state_directory
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from blocklists.packs import seed_lists
from store.base import db
from store.base.sentences import say, say_count, sentence_of
from store.base.store_errors import StoreError
from store.config import lists, session, usable_settings
from store.imports import history_devices, history_formats, log_tasks
from store.imports.history_devices import Matched
from store.imports.history_formats import Format
from store.imports.history_row import BadLines
from store.imports.import_file import ImportDraft, Refused
from store.log.querylog import FILE_NAME

ROW_BYTES = 40  # that a record takes of the log, and a little for its words
_MIB = 1024 * 1024
_FILES = "pihole-FTL.db, querylog.json, dnsmasq's log, or our own JSON lines."


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file. Times as the log has them."""

    source: str
    queries: int
    added: int
    first: str | None
    last: str | None
    devices: int
    new_devices: int
    too_old: int
    yet_to_come: int
    unread_lines: int


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_FILES)],
    kind: Annotated[Format | None, typer.Option("--format", help="Whose it is; else it is found out.")] = None,
    from_: Annotated[str | None, typer.Option("--from", metavar="TIME", help="ISO 8601, or -90d.")] = None,
    state: cli_context.State = None,
    json: cli_context.Json = False,
) -> None:
    """Take another blocker's history into the query log; docs/log.md tells what of it, and how long it is kept."""
    now_us = time.time_ns() // 1000
    try:
        chosen = kind or history_formats.detect(file)
        directory = _directory(state)
        settings = usable_settings.load(directory, os.environ)
        within = history_formats.limits(now_us, settings.log_keep_imported_days, moment(from_))
        with history_formats.draft_of(directory / log_tasks.FOLDER, file, chosen, within) as draft:
            bad = history_formats.read(file, chosen, draft, _reading)
            matched, added = Matched(), 0
            if draft.rows:
                _refuse_too_much(directory, draft.rows, settings.log_max_mb)
                matched = _match(directory, draft)
                draft.publish(matched.devices)
                added = _take_in(directory, draft.key)
    except Refused as error:
        log_work.show("")
        raise Complaint(say(
            "{file} was not taken: {why} Nothing has changed.", file=file.name, why=sentence_of(error)
        )) from None
    log_work.show("")
    _tell(_report(draft, matched, added, bad), bad, json, settings.log_keep_imported_days)


def _directory(state: str | None) -> Path:
    """The state directory, made where there is none yet: a history can be looked at before Telltale ever ran."""
    directory = cli_context.directory(state)
    if not state_directory.is_used(directory):
        state_directory.make(directory)
        try:
            db.open_config(directory)
            lists.sync_blocklists(session.engine(directory), seed_lists.seeds())  # as a first start does
        except StoreError as error:
            raise Complaint(sentence_of(error)) from None
    return cli_context.config(state)


def _match(directory: Path, draft: ImportDraft) -> Matched:
    try:
        with closing(db.connect(directory / "config.db")) as con:
            return history_devices.match(con, draft.clients(), draft.first_seen())
    except sqlite3.Error as error:
        raise Refused(say("Its devices cannot be written into config.db ({error}).", error=error)) from None


def _take_in(directory: Path, key: str) -> int:
    """How many rows were missing in the log."""
    try:
        log_work.do(directory, key, log_work.show)
    except KeyboardInterrupt:
        raise Complaint(say(
            "The file was read whole; what is not in the log yet comes when Telltale runs, or with the next import."
        )) from None
    with closing(db.connect(directory / FILE_NAME, read_only=True)) as con:
        row = con.execute("SELECT added FROM imports WHERE key = ?", (key,)).fetchone()
    return int(row[0]) if row else 0


def _refuse_too_much(directory: Path, rows: int, most_mb: int) -> None:
    """What is beyond the log's size would go the next minute, the oldest first. Raises Refused."""
    log = directory / FILE_NAME
    wanted = ((log.stat().st_size if log.exists() else 0) + rows * ROW_BYTES) // _MIB + 1
    if wanted > most_mb:
        raise Refused(say(
            "With its {rows:,} queries the log takes some {wanted:,} MiB, and log_max_mb is {most:,}: set that higher "
            "first, or take a part with --from.",
            rows=rows, wanted=wanted, most=most_mb,
        ))


def _reading(share: float, rows: int) -> None:
    log_work.show(say("Reading: {percent} %, {rows:,} queries", percent=round(share * 100), rows=rows))


def _report(draft: ImportDraft, matched: Matched, added: int, bad: BadLines) -> Imported:
    first, last = (_iso(at) if draft.rows else None for at in (draft.from_us, draft.to_us))
    return Imported(
        draft.source, draft.rows, added, first, last, matched.count, matched.made, draft.too_old, draft.to_come,
        bad.count,
    )  # fmt: skip


def _iso(at_us: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at_us // 1_000_000))


def _tell(done: Imported, bad: BadLines, json: bool, keep_days: int) -> None:
    if json:
        return printing.as_json(asdict(done))
    printing.tell(say_count(
        done.added,
        "{count:,} query was added of {all:,} in the file, from {first} to {last}.",
        "{count:,} queries were added of {all:,} in the file, from {first} to {last}.",
        all=done.queries, first=done.first or "–", last=done.last or "–",
    ))  # fmt: skip
    if done.devices:
        printing.tell(say_count(
            done.devices, "They are of {count:,} device; new here: {new:,}.",
            "They are of {count:,} devices; new here: {new:,}.", new=done.new_devices,
        ))  # fmt: skip
    if done.too_old:
        printing.tell(say_count(
            done.too_old,
            "{count:,} was left out as older than asked for, or than log_keep_imported_days ({days} days).",
            "{count:,} were left out as older than asked for, or than log_keep_imported_days ({days} days).",
            days=keep_days,
        ))  # fmt: skip
    if done.yet_to_come:
        printing.tell(say_count(
            done.yet_to_come, "{count:,} was left out: its time is yet to come.",
            "{count:,} were left out: their times are yet to come.",
        ))  # fmt: skip
    if bad.count:
        printing.tell(say_count(
            bad.count, "{count:,} line did not read and was left out: line {number}: {why}",
            "{count:,} lines did not read and were left out; the first is line {number}: {why}",
            number=bad.first, why=bad.why,
        ))  # fmt: skip
        if bad.cut:
            printing.tell(say("The file ends in the middle of a line: it was cut short, and taken up to there."))
    return None
