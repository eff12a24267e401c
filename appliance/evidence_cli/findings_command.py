# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence findings`: what the record shows, and what became of it; `seen`, `done`, `mute`, `again`."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from appliance.errors import Complaint
from appliance.evidence_cli.asked_device import device_names, number_of
from appliance.evidence_cli.caught_up import catch_up
from appliance.evidence_cli.time_option import SECOND_US, span
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from evidence.base import evidence_file
from evidence.findings import decide_finding, decisions, finding_rows
from evidence.findings.cures import cure
from evidence.findings.finding import FindingKind, FindingState
from evidence.findings.finding_lines import rows_filter, state_words
from evidence.findings.finding_rows import FindingFilter, FindingRow, NoFinding
from evidence.findings.finding_words import KINDS, STATES, sentence
from store.base.file_faults import unusable
from store.base.sentences import say, sentence_of
from store.base.store_errors import StoreError

MAX_SHOWN = 1_000

Device = Annotated[
    str | None, typer.Option("--device", metavar="DEVICE", help="Of this one, by number or name; 0: of the home.")
]
Company = Annotated[str | None, typer.Option("--company", metavar="NAME", help="Of names of this company.")]
Kind = Annotated[FindingKind | None, typer.Option("--kind", help="Of this kind.")]
From = Annotated[str | None, typer.Option("--from", metavar="TIME", help="ISO 8601, or how long ago: -24h.")]
To = Annotated[str | None, typer.Option("--to", metavar="TIME", help="As --from.")]
Muted = Annotated[bool, typer.Option("--muted", help="Muted ones too.")]
Id = Annotated[int, typer.Argument(metavar="ID", help="As `telltale evidence findings` shows it.")]


def findings(
    device: Device = None, company: Company = None, kind: Kind = None, from_: From = None, to: To = None,
    muted: Muted = False, state: cli_context.State = None, json: cli_context.Json = False,
) -> None:  # fmt: skip
    """What the record shows of the home's devices, the latest first."""
    states = tuple(each for each in FindingState if muted or each is not FindingState.MUTED)
    directory = cli_context.config(state)
    wanted = FindingFilter(kind, number_of(directory, device), company, *span(from_, to), states)
    catch_up(directory)
    with _opened(directory, writing=False) as con:
        rows = finding_rows.findings(con, wanted, MAX_SHOWN)
    names = device_names(directory)
    if json:
        return printing.as_json([_plain(row, names) for row in rows])
    lines = [
        (row.id, printing.when(row.finding.last_us // SECOND_US), KINDS[row.finding.kind], state_words(row),
         row.finding.count, _sentence(row, names), cure(row.finding).command)
        for row in rows
    ]  # fmt: skip
    head = (say("ID"), say("LAST"), say("KIND"), say("STATE"), say("COUNT"), say("WHAT"), say("CURE"))
    printing.table(head, lines, _none(wanted))
    return None


def seen(number: Id, state: cli_context.State = None) -> None:
    """Say that somebody has looked at a finding."""
    _set(number, FindingState.SEEN, state)


def done(number: Id, state: cli_context.State = None) -> None:
    """Say that a finding was seen to; if it goes on it is new again."""
    _set(number, FindingState.DONE, state)


def mute(number: Id, state: cli_context.State = None) -> None:
    """Never be told of a finding again."""
    _set(number, FindingState.MUTED, state)


def again(number: Id, state: cli_context.State = None) -> None:
    """Make a finding new again."""
    _set(number, FindingState.NEW, state)


def register(app: typer.Typer) -> None:
    """Add these commands to the group."""
    app.command("findings")(findings)
    for command in (seen, done, mute, again):
        app.command()(command)


def _set(number: int, state: FindingState, option: str | None) -> None:
    engine = cli_context.engine(option)
    with _opened(cli_context.directory(option), writing=True) as con:
        row = decide_finding.decide(engine, con, number, state, time.time_ns() // 1000)
    printing.tell(say("Finding {id} is {state} now.", id=row.id, state=STATES[row.state]))


@contextmanager
def _opened(directory: Path, *, writing: bool) -> Iterator[sqlite3.Connection]:
    try:
        decisions.follow(directory)
        with closing((evidence_file.open_writer if writing else evidence_file.open_reader)(directory)) as con:
            yield con
    except NoFinding as error:
        raise Complaint(sentence_of(error)) from None
    except (sqlite3.Error, StoreError) as error:
        raise Complaint(unusable(evidence_file.FILE_NAME, error)) from None


def _none(wanted: FindingFilter) -> str:
    """What is said where there is nothing to list."""
    narrow = wanted.kind, wanted.device, wanted.company, wanted.from_us, wanted.to_us
    if any(each is not None for each in narrow):
        return say("There is no finding of that.")
    return say("There is no finding: hours of the log are looked at when they are over, and what is new after a week.")


def _sentence(row: FindingRow, names: dict[int, str]) -> str:
    return sentence(row.finding, names.get(row.finding.device_id, str(row.finding.device_id)))


def _plain(row: FindingRow, names: dict[int, str]) -> dict[str, Any]:
    value, act = asdict(row.finding), cure(row.finding)
    value["device"] = names.get(row.finding.device_id)
    more = {"sentence": _sentence(row, names), "cure": act.words, "page": act.address, "command": act.command}
    return {"id": row.id, "state": row.state, "faded": row.faded, **value, **more, "queries": rows_filter(row.finding)}
