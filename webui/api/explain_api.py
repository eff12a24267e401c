# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on a name, as the resolver would give it this moment, and every rule that spoke."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from blocklists.explain.matching_rules import Spoken
from blocklists.explain.outcome import OFF
from resolver.answer import inspect, snapshot
from resolver.answer.judge import HOME
from resolver.explain import explain as live_explain
from resolver.explain.lookup import looker
from store.base.sentences import say, sentence_of
from store.config import list_status, rule_names
from store.config.policy import Rule
from webui.api import shapes
from webui.http.deps import Config, WebUi
from webui.http.problems import Problem
from webui.http.state import WebUi as WebUiValue
from wire import types

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
    standing: str = Field(description="wins, loses, off, taken away (badfilter) or not met (its condition)")
    why: str | None = Field(description="why it is off, taken away or not met")
    confirmed: bool = Field(description="false: the list's own text does not hold it (a hash that collides)")
    line_number: int | None
    line: str | None = Field(description="as it stands in the list")
    since: str | None = Field(description="since when the list holds it; null for packs, which come with Telltale")
    since_exact: bool = Field(description="false: it held it by then, and maybe before")
    note: str | None = Field(description="what the vendor pack says of the name, or the rule's comment")


class Hop(BaseModel):
    """Where the answer leads."""

    by: str = Field(description="CNAME, HTTPS record to, or address")
    to: str
    verdict: str = Field(description="on the hop alone: PASS, BLOCK or ALLOW; a BLOCK before any ALLOW blocks the name")
    rule: str | None
    list: str | None = Field(description="its blocklist's id; null for the home's own rules")


class Explanation(BaseModel):
    name: str
    type: str
    client: str | None
    verdict: str = Field(description="PASS, BLOCK, ALLOW, LOCAL or REFUSE")
    rule: str | None = Field(description="the rule that decided")
    list: str | None = Field(description="its blocklist's id; null for the home's own rules")
    list_title: str | None
    spoke: Sequence[Spoke] = Field(description="the home's own rules first, then lists, the most specific first")
    hops: Sequence[Hop] = Field(description="where the answer leads, when an upstream was asked")
    looked: str = Field(description="whether an upstream was asked, and why not")


@router.get("", summary="Would this name be blocked, and why?")
def explain(
    ui: WebUi,
    config: Config,
    name: Annotated[str, Query(max_length=300)],
    type_: Annotated[str, Query(alias="type", max_length=20)] = "A",
    client: Annotated[str | None, Query(max_length=64, description="an address; the house when left out")] = None,
    ask: Annotated[bool, Query(description="ask an upstream where the answer to a name leads that passes")] = True,
) -> Explanation:
    asked, qtype = _name(name), type_number(type_)
    found = explained_for(ui, asked, qtype, client or NOBODY, ask=ask)
    judgement = found.judgement
    own = judgement.blocklist in ("", HOME)
    return Explanation(
        name=asked,
        type=types.type_name(qtype),
        client=client,
        verdict=judgement.verdict.name,
        rule=judgement.rule or None,
        list=None if own else judgement.blocklist,
        list_title=None if own else list_status.titles(config).get(judgement.blocklist),
        spoke=[_shape(one) for one in found.spoke[:MAX_SPOKE]],
        hops=[_hop(one) for one in found.hops],
        looked=found.looked,
    )


def explained_for(
    ui: WebUiValue, name: str, qtype: int, client: str, *, ask: bool, others: Sequence[Rule] = ()
) -> live_explain.Explanation:
    """Explain a name as the resolver would judge it now; 422 for a client that is no address."""
    now = snapshot.build(ui.state, ui.environ)
    unlooked = live_explain.ALONE if ask else live_explain.UNASKED
    look = looker(ui.run, now.settings) if ask else None
    try:
        return live_explain.explain(now, ui.state, name, qtype, client, look, others, unlooked)
    except ValueError:
        raise Problem(422, say("client is no address: write 192.168.1.20 or fd00::5.")) from None


def type_number(text: str) -> int:
    """`A`, `aaaa`, `TYPE65` or `65` as a number; 422 for what is no type."""
    number = types.type_number(text)
    if number is None:
        raise Problem(422, say("type is no record type: write A, AAAA, HTTPS, or a number up to 65535."))
    return number


def _shape(one: Spoken) -> Spoke:
    return Spoke(
        verdict="ALLOW" if one.allow else "BLOCK",
        rule=one.rule,
        list=one.blocklist or None,
        list_title=one.title if one.blocklist else None,
        level=one.level,
        active=one.standing != OFF,
        standing=one.standing,
        why=one.why or None,
        confirmed=one.confirmed,
        line_number=one.line.number if one.line else None,
        line=one.line.text[:MAX_LINE] if one.line else None,
        since=shapes.seconds_iso(one.since.time) if one.since else None,
        since_exact=one.since.exact if one.since else False,
        note=(one.entry.note if one.entry else one.own.comment if one.own else "") or None,
    )


def _hop(one: inspect.Hop) -> Hop:
    judged = one.judgement
    held = None if judged.blocklist in ("", HOME) else judged.blocklist
    return Hop(by=one.by, to=one.to, verdict=judged.verdict.name, rule=judged.rule or None, list=held)


def _name(text: str) -> str:
    try:
        return rule_names.normalise(text)
    except ValueError as error:
        raise Problem(422, sentence_of(error)) from None
