# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale log`: the query log out (`export`), another blocker's in (`import`), and away (`clear`)."""

import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from appliance.errors import Complaint
from appliance.evidence_cli import log_import, log_work
from appliance.evidence_cli.time_option import moment, span
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from store.base import db
from store.base.file_faults import unusable
from store.base.languages import tell_here
from store.base.sentences import say
from store.imports.clearing import Clear
from store.log.protocol import LogError
from store.log.querylog import FILE_NAME
from store.log.values import AHEAD_US, QueryFilter, Source
from store.stats import export as exporting
from store.stats.sqlite_reader import open_reader

app = typer.Typer(
    help="The query log: out, another blocker's in, and away.", rich_markup_mode=None, no_args_is_help=True
)


class Written(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


Device = Annotated[int | None, typer.Option("--device", metavar="ID", help="Of this device alone.")]
From = Annotated[str | None, typer.Option("--from", metavar="TIME", help="ISO 8601, or how long ago: -24h.")]
To = Annotated[str | None, typer.Option("--to", metavar="TIME", help="As --from.")]
OfSource = Annotated[Source | None, typer.Option("--source", help="Recorded here, imported, or whose log it was.")]

Before = Annotated[str | None, typer.Option("--before", metavar="TIME", help="Older ones: ISO 8601, or -30d.")]


def export(
    from_: From = None,
    to: To = None,
    device: Device = None,
    company: Annotated[str | None, typer.Option("--company", metavar="NAME", help="Of names of this company.")] = None,
    source: OfSource = None,
    written: Annotated[Written, typer.Option("--format", help="jsonl can be imported again.")] = Written.CSV,
    state: cli_context.State = None,
) -> None:
    """Write the query log to standard output, the oldest record first."""
    directory = cli_context.config(state, become_owner=False)
    from_us, to_us = span(from_, to)
    wanted = QueryFilter(device=device, company=company, source=source, from_us=from_us, to_us=to_us)
    try:
        with closing(open_reader(directory)) as log:
            parts = log.export(wanted)
            _write(exporting.csv_text(parts) if written is Written.CSV else exporting.jsonl_text(parts))
    except LogError as error:
        raise Complaint(unusable(say("The query log"), error)) from None


def clear(
    device: Device = None,
    before: Before = None,
    source: OfSource = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    state: cli_context.State = None,
) -> None:
    """Delete records of the query log: all, those of a device, or those from before a time. It cannot be undone."""
    now_us = time.time_ns() // 1000
    before_us = moment(before)
    what = Clear(now_us + AHEAD_US if before_us is None else before_us, device, source)
    if not yes and sys.stdin.isatty() and not typer.confirm(_question(what, before)):
        raise Complaint(say("Nothing was deleted."))
    engine = cli_context.engine(state)
    from store.imports import clear_request

    directory = cli_context.directory(state)
    key = clear_request.request(engine, directory, what, now_us)
    try:
        log_work.do(directory, key, lambda text: None)
    except KeyboardInterrupt:
        raise Complaint(say("What is left is deleted when Telltale runs next.")) from None
    printing.tell(say("{count:,} records were deleted.", count=_deleted(directory, key)))


def _write(texts: Iterator[str]) -> None:
    """To standard output, as it comes, harmless where that is a terminal; whoever stops reading ends it."""
    out, seen = sys.stdout.buffer, sys.stdout.isatty()
    try:
        for part in texts:
            text = "\n".join(map(printing.harmless, part.splitlines())) + "\n" if seen else part
            out.write(text.encode("utf-8", "surrogateescape"))
        out.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _question(clear: Clear, before: str | None) -> str:
    whose = say("of all devices") if clear.device is None else say("of device {number}", number=clear.device)
    when = say("all records") if before is None else say("the records from before {time}", time=before)
    return tell_here(say("This deletes {when} {whose} for good. Go on?", when=when, whose=whose))


def _deleted(directory: Path, key: str) -> int:
    try:
        with closing(db.connect(directory / FILE_NAME, read_only=True)) as con:
            row = con.execute("SELECT records FROM cleared WHERE key = ?", (key,)).fetchone()
    except sqlite3.Error:
        row = None
    return int(row[0]) if row else 0


app.command("export")(export)
app.command("import")(log_import.import_)
app.command("clear")(clear)
