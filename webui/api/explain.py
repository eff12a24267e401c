# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on a name, as the resolver would judge it this moment, and what decided it."""

from __future__ import annotations

import sqlite3
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from resolver import local, snapshot, wire
from resolver.judge import HOME, Judgement, judge
from resolver.snapshot import Snapshot
from store import list_status, names
from store.records import Verdict
from webui import probe
from webui.deps import Config, House, Reader
from webui.problems import Problem

router = APIRouter(prefix="/explain", tags=["explain"])

# Judged as the house when no client is named; loopback is let in, and is no device unless somebody made it one.
NOBODY = "127.0.0.1"


class Explanation(BaseModel):
    name: str
    type: str
    client: str | None
    verdict: str = Field(description="PASS, BLOCK, ALLOW, LOCAL or REFUSE")
    rule: str | None = Field(description="the rule that decided")
    list: str | None = Field(description="its blocklist's id; null for the home's own rules")
    list_title: str | None


@router.get("", summary="Would this name be blocked, and why?")
def explain(
    house: House,
    config: Config,
    reader: Reader,
    name: Annotated[str, Query(max_length=300)],
    type_: Annotated[str, Query(alias="type", max_length=20)] = "A",
    client: Annotated[str | None, Query(max_length=64, description="an address; the house when left out")] = None,
) -> Explanation:
    asked, qtype = _name(name), type_number(reader, type_)
    found = decide(snapshot.build(house.state, house.environ), asked, qtype, client or NOBODY)
    own = found.blocklist in ("", HOME)
    return Explanation(
        name=asked,
        type=type_.upper(),
        client=client,
        verdict=found.verdict.name,
        rule=found.rule or None,
        list=None if own else found.blocklist,
        list_title=None if own else list_status.titles(config).get(found.blocklist),
    )


def decide(now: Snapshot, name: str, qtype: int, client: str) -> Judgement:
    """The steps of the resolver up to the verdict: outside, ours, judged. 422 for a client that is no address."""
    try:
        seat = now.admit(client)
    except ValueError:
        raise Problem(422, "client is no address: write 192.168.1.20 or fd00::5.") from None
    if seat.refused:
        return Judgement(Verdict.REFUSE)
    question = wire.parse_question(probe.build(name, qtype))
    if local.answer(question, now.settings.own_name, client) is not None:
        return Judgement(Verdict.LOCAL)
    return judge(name, seat.rules, now.index, seat.mask)


def type_number(reader: sqlite3.Connection, text: str) -> int:
    """`A`, `aaaa`, `TYPE65` or `65` as a number; 422 for what is no type."""
    word = text.strip().upper()
    row = reader.execute("SELECT id FROM types WHERE name = ?", (word,)).fetchone()
    if row is not None:
        return int(row[0])
    digits = word.removeprefix("TYPE")
    if digits.isascii() and digits.isdigit() and len(digits) <= 5 and int(digits) <= 0xFFFF:
        return int(digits)
    raise Problem(422, "type is no record type: write A, AAAA, HTTPS, or a number up to 65535.")


def _name(text: str) -> str:
    try:
        return names.normalise(text)
    except ValueError as error:
        raise Problem(422, str(error)) from None
