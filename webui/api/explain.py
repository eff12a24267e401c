# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on a name, as the resolver would give it this moment, and every rule that spoke."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from blocklists.explain import Spoken, speakers
from resolver import ask, local, snapshot, wire
from resolver.judge import HOME, Judgement, judge
from resolver.snapshot import Snapshot
from store import list_status, names
from store.records import Verdict
from webui.deps import Config, House, Reader
from webui.problems import Problem

router = APIRouter(prefix="/explain", tags=["explain"])

# Judged as the house when no client is named; loopback is let in, and is no device unless somebody made it one.
NOBODY = "127.0.0.1"
# More rules than a person reads about one name; and characters of a line, which can be a kilobyte.
MAX_SPOKE = 200
MAX_LINE = 500


class Spoke(BaseModel):
    """One rule that holds for the name, in a list that is on or off, or of the home's own."""

    verdict: str = Field(description="what it asks for: BLOCK or ALLOW")
    rule: str
    list: str | None = Field(description="its blocklist's id; null for the home's own rules")
    list_title: str | None
    level: str | None = Field(description="of a vendor pack: the first level that holds it")
    active: bool = Field(description="whether it holds for this client: its list is on")
    confirmed: bool = Field(description="false: the list's own text does not hold it (a hash that collides)")
    line_number: int | None
    line: str | None = Field(description="as it stands in the list")
    note: str | None = Field(description="what the vendor pack says of the name, or the rule's comment")


class Explanation(BaseModel):
    name: str
    type: str
    client: str | None
    verdict: str = Field(description="PASS, BLOCK, ALLOW, LOCAL or REFUSE")
    rule: str | None = Field(description="the rule that decided")
    list: str | None = Field(description="its blocklist's id; null for the home's own rules")
    list_title: str | None
    spoke: Sequence[Spoke] = Field(description="the home's own rules first, then lists, the most specific first")


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
    now = snapshot.build(house.state, house.environ)
    found = decide(now, asked, qtype, client or NOBODY)
    own = found.blocklist in ("", HOME)
    spoke = speakers(asked, now.index, house.state, now.policies.of(client or NOBODY).rules)
    mask = now.admit(client or NOBODY).mask
    return Explanation(
        name=asked,
        type=type_.upper(),
        client=client,
        verdict=found.verdict.name,
        rule=found.rule or None,
        list=None if own else found.blocklist,
        list_title=None if own else list_status.titles(config).get(found.blocklist),
        spoke=[_shape(one, mask) for one in spoke[:MAX_SPOKE]],
    )


def decide(now: Snapshot, name: str, qtype: int, client: str) -> Judgement:
    """The steps of the resolver up to the verdict: outside, ours, judged. 422 for a client that is no address."""
    try:
        seat = now.admit(client)
    except ValueError:
        raise Problem(422, "client is no address: write 192.168.1.20 or fd00::5.") from None
    if seat.refused:
        return Judgement(Verdict.REFUSE)
    question = wire.parse_question(ask.build(name, qtype))
    if local.answer(question, now.settings.own_name, client) is not None:
        return Judgement(Verdict.LOCAL)
    return judge(name, seat.rules, now.index, seat.mask, qtype, seat.client)


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


def _shape(one: Spoken, mask: int) -> Spoke:
    return Spoke(
        verdict="ALLOW" if one.allow else "BLOCK",
        rule=one.rule,
        list=one.blocklist or None,
        list_title=one.title if one.blocklist else None,
        level=one.level,
        active=one.own is not None or bool(mask >> one.slot & 1),
        confirmed=one.confirmed,
        line_number=one.line.number if one.line else None,
        line=one.line.text[:MAX_LINE] if one.line else None,
        note=(one.entry.note if one.entry else one.own.comment if one.own else "") or None,
    )


def _name(text: str) -> str:
    try:
        return names.normalise(text)
    except ValueError as error:
        raise Problem(422, str(error)) from None
