# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence verify`: whether the query log still is what was closed day by day."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import typer

from appliance.errors import Complaint
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from evidence.chain.verify import Fault, Verified, What, verify_state
from store.base.sentences import Sentence, say, say_count, sentence_of
from store.base.store_errors import StoreError

_EPOCH = date(1970, 1, 1)


def verify(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Check the query log against its daily chain; exit status 1 where a row or a link does not fit."""
    try:
        verified = verify_state(cli_context.config(state))
    except (sqlite3.Error, StoreError) as error:
        raise Complaint(say("The query log cannot be checked ({error}).", error=sentence_of(error))) from None
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
    sentences += map(_sentence, verified.faults)
    if verified.is_whole:
        sentences.append(say("All of it fits."))
    sentences.append(say("Head of the chain, to be kept elsewhere: {head}", head=verified.head))
    return sentences


def _sentence(fault: Fault) -> Sentence:
    day, row, at, line = day_of(fault.day), fault.row, _time(fault.from_us), fault.line
    match fault.what:
        case What.CHANGED:
            return say("{day}, row {row} ({time}): it was changed; now: {line}", day=day, row=row, time=at, line=line)
        case What.MISSING:
            return say("{day}, row {row} ({time}): it is missing.", day=day, row=row, time=at)
        case What.ADDED:
            return say("{day}, row {row} ({time}): it was added: {line}", day=day, row=row, time=at, line=line)
        case What.SEVERAL:
            between = say("three or more rows between {time} and {to} do not fit", time=at, to=_time(fault.to_us))
            return say("{day}, from row {row} on: {between}.", day=day, row=row, between=between)
        case What.LINK:
            return say("{day}: its link of the chain was changed, or one before it taken away.", day=day)
    return say("{day}: its rows do not fit, and nothing says which.", day=day)


def _plain(verified: Verified) -> dict[str, Any]:
    faults = [{**asdict(fault), "day": day_of(fault.day)} for fault in verified.faults]
    days = {name: None if day is None else day_of(day)
            for name, day in (("first_day", verified.first_day), ("last_day", verified.last_day))}  # fmt: skip
    waiting = list(map(day_of, verified.waiting))
    return {**asdict(verified), **days, "waiting": waiting, "faults": faults, "whole": verified.is_whole}


def day_of(day: int) -> str:
    """As in 2026-11-29, UTC."""
    return (_EPOCH + timedelta(days=day)).isoformat()


def _time(time_us: int) -> str:
    return datetime.fromtimestamp(time_us / 1_000_000, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
