# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence verify [FILE]`: whether the query log still is what was closed day by day; a report."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from appliance.errors import Complaint
from appliance.evidence_cli import verify_report
from appliance.evidence_cli.fault_words import day_of, fault_sentence
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from evidence.chain.verify import Verified, verify_state
from store.base.file_faults import unusable
from store.base.sentences import Sentence, say, say_count
from store.base.store_errors import StoreError

File = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A report, HTML or JSON; else the log itself.")]


def verify(file: File = None, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Check a report, or the query log against its daily chain; exit status 1 where anything does not fit."""
    if file is not None:
        if not verify_report.verify_report(file, state, json):
            raise typer.Exit(1)
        return
    try:
        verified = verify_state(cli_context.config(state))
    except (sqlite3.Error, StoreError) as error:
        raise Complaint(unusable(say("The query log, or its chain,"), error)) from None
    if json:
        printing.as_json(_plain(verified))
    else:
        for sentence in _sentences(verified):
            printing.tell(sentence)
    if not verified.is_whole:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add this command to the group."""
    app.command("verify")(verify)


def _sentences(verified: Verified) -> list[Sentence]:
    if verified.unchained:
        return [say_count(
            verified.unchained,
            "There is no chain, though the log has {count:,} day that is over: chain.db was taken away, or no pass has "
            "closed it yet.",
            "There is no chain, though the log has {count:,} days that are over: chain.db was taken away, or no pass "
            "has closed them yet.",
        )]  # fmt: skip
    if verified.imported:
        return [say("All records of this log were imported; days are closed of what Telltale recorded itself.")]
    if verified.first_day is None or verified.last_day is None:
        return [say("No day is closed yet: that happens two hours after its end (UTC).")]
    span = {"from_": day_of(verified.first_day), "to": day_of(verified.last_day)}
    days = say_count(
        verified.days,
        "{count:,} day, {rows:,} rows: compared with what was closed between {from_} and {to}.",
        "{count:,} days, {rows:,} rows: compared with what was closed between {from_} and {to}.",
        rows=verified.rows, **span,
    )  # fmt: skip
    sentences = [days]
    if verified.gone:
        sentences.append(say_count(
            verified.gone,
            "{count:,} closed day is no longer kept in the log; of it only the link was checked.",
            "{count:,} closed days are no longer kept in the log; of those only the links were checked.",
        ))  # fmt: skip
    if verified.waiting:
        named = ", ".join(map(day_of, verified.waiting))
        sentences.append(say("Since these days were closed, rows came late or a person deleted some; they are closed "
                             "again soon: {days}.", days=named))  # fmt: skip
    sentences += map(fault_sentence, verified.faults)
    if verified.is_whole:
        sentences.append(say("All of it fits."))
    sentences.append(say("Head of the chain, to be kept elsewhere: {head}", head=verified.head))
    return sentences


def _plain(verified: Verified) -> dict[str, Any]:
    faults = [{**asdict(fault), "day": day_of(fault.day)} for fault in verified.faults]
    days = {name: None if day is None else day_of(day)
            for name, day in (("first_day", verified.first_day), ("last_day", verified.last_day))}  # fmt: skip
    waiting = list(map(day_of, verified.waiting))
    return {**asdict(verified), **days, "waiting": waiting, "faults": faults, "whole": verified.is_whole}
