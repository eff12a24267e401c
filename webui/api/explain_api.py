# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on a name, as the resolver would give it this moment, and every rule that matches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AliasPath, BaseModel, BeforeValidator, ConfigDict, Field

from blocklists.explain.lines import Line
from blocklists.explain.outcome import OFF
from blocklists.history.rule_dates import Since
from resolver.answer.judge import HOME
from resolver.explain import explanation
from resolver.explain.explain import Explainer, NoAddress
from store.base.sentences import say, sentence_of
from store.config import list_status
from store.household.policy import Rule
from store.names import rule_names
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Config, WebUi
from webui.http.problems import Problem
from wire import types

router = APIRouter(prefix="/explain", tags=["explain"], dependencies=[permissions.sees])

# More rules than a person reads about one name; and characters of a line, which can be a kilobyte.
MAX_RULES = 200
MAX_LINE = 500


def _line(line: Line | None) -> str | None:
    return line.text[:MAX_LINE] if line else None


def _since(since: Since | None) -> str | None:
    return shapes.seconds_iso(since.time) if since else None


# JSON has null where the resolver has nothing to say.
Text = Annotated[str | None, BeforeValidator(lambda text: text or None)]
ListId = Annotated[str | None, BeforeValidator(lambda blocklist: None if blocklist in ("", HOME) else blocklist)]
VERDICT, RULE, LIST = (AliasPath("judgement", *path) for path in (("verdict", "name"), ("rule",), ("blocklist",)))


class Shape(BaseModel):
    """Filled from the attributes of an explanation and its parts."""

    model_config = ConfigDict(from_attributes=True)



class MatchedRule(Shape):
    """One rule that holds for the name, in a list that is on or off, or of the home's own."""

    verdict: str = Field(description="what it asks for: BLOCK or ALLOW")
    rule: str
    list: ListId = Field(validation_alias="blocklist", description="its blocklist's id; null for the home's own rules")
    list_title: Text = Field(validation_alias="title")
    level: str | None = Field(description="of a vendor pack: the first level that holds it")
    active: Annotated[bool, BeforeValidator(lambda standing: standing != OFF)] = Field(
        validation_alias="standing", description="whether it holds for this client: its list is on"
    )
    standing: str = Field(description="wins, loses, off, taken away (badfilter) or not met (its condition)")
    why: Text = Field(description="why it is off, taken away or not met")
    confirmed: bool = Field(description="false: the list's own text does not hold it (a hash that collides)")
    line_number: int | None
    line: Annotated[str | None, BeforeValidator(_line)] = Field(description="as it stands in the list")
    since: Annotated[str | None, BeforeValidator(_since)] = Field(
        description="since when the list holds it; null for packs, which come with Telltale"
    )
    since_exact: bool = Field(description="false: it held it by then, and maybe before")
    note: Text = Field(
        validation_alias="comment", description="what the vendor pack says of the name, or the rule's comment"
    )


class Hop(Shape):
    """Where the answer leads."""

    by: str = Field(description="CNAME, HTTPS record to, or address")
    to: str
    verdict: str = Field(
        validation_alias=VERDICT,
        description="on the hop alone: PASS, BLOCK or ALLOW; a BLOCK before any ALLOW blocks the name",
    )
    rule: Text = Field(validation_alias=RULE)
    list: ListId = Field(validation_alias=LIST, description="its blocklist's id; null for the home's own rules")


class Explanation(Shape):
    name: str
    type: str
    client: str | None
    verdict: str = Field(validation_alias=VERDICT, description="PASS, BLOCK, ALLOW, LOCAL or REFUSE")
    rule: Text = Field(validation_alias=RULE, description="the rule that decided")
    list: ListId = Field(
        validation_alias=LIST,
        description="its blocklist's id; null for the home's own rules; pause or exception where that lets it through",
    )
    list_title: str | None
    relief: Text = Field(description="by which pause or exception it is let through although a rule blocks it")
    because: Text = Field(
        description="whose word decided, inside which schedule, or by which pause or exception, and until when; "
        "null: just the house's"
    )
    until: Annotated[str | None, BeforeValidator(shapes.seconds_iso)] = Field(
        validation_alias="until_s", description="when that ends by itself; null: time alone does not end it"
    )
    spoke: Annotated[Sequence[MatchedRule], BeforeValidator(lambda rules: rules[:MAX_RULES])] = Field(
        validation_alias="rules", description="the home's own rules first, then lists, the most specific first"
    )
    hops: Sequence[Hop] = Field(description="where the answer leads, when an upstream was asked")
    looked: str = Field(description="whether an upstream was asked, and why not")
    dnssec: Text = Field(validation_alias="signatures", description="its answer is validated, insecure or bogus; null: "
                         "not checked, or nobody was asked")
    dnssec_reason: Text = Field(validation_alias="fault", description="why it is bogus, by RFC 8914")


@router.get("", summary="Would this name be blocked, and why?")
def explain(
    ui: WebUi,
    config: Config,
    name: Annotated[str, Query(max_length=300)],
    type_: Annotated[str, Query(alias="type", max_length=20)] = "A",
    client: Annotated[str | None, Query(max_length=64, description="an address; the house when left out")] = None,
    ask: Annotated[bool, Query(description="ask an upstream where the answer to a name leads that passes")] = True,
) -> Explanation:
    asked, titles = _name(name), list_status.titles(config)
    explained = explained_for(ui, titles, asked, type_number(type_), client or None, ask=ask)
    return Explanation.model_validate(explained)


def explained_for(
    ui: WebUi,
    titles: Mapping[str, str],
    name: str,
    qtype: int,
    client: str | None,
    *,
    ask: bool,
    others: Sequence[Rule] = (),
) -> explanation.Explanation:
    """Explain a name as the resolver would judge it now; 422 for a client that is no address."""
    explainer = Explainer.load(ui.state, ui.environ, ui.run if ask else None, titles)
    try:
        return explainer.explain(name, qtype, client, others)
    except NoAddress:
        raise Problem(422, say("client is no address: write 192.168.1.20 or fd00::5.")) from None


def explained_each(
    ui: WebUi, titles: Mapping[str, str], name: str, qtype: int, clients: Iterable[str]
) -> list[explanation.Explanation]:
    """The same for each of these addresses; no upstream is asked."""
    explainer = Explainer.load(ui.state, ui.environ, None, titles)
    return [explainer.explain(name, qtype, client, ()) for client in clients]


def explained_of(
    ui: WebUi, titles: Mapping[str, str], asked: Iterable[tuple[str, str | None]], qtype: int
) -> list[explanation.Explanation]:
    """The same for pairs of name and address, by one reading of policy and index."""
    explainer = Explainer.load(ui.state, ui.environ, None, titles)
    return [explainer.explain(name, qtype, client, ()) for name, client in asked]


def type_number(text: str) -> int:
    """`A`, `aaaa`, `TYPE65` or `65` as a number; 422 for what is no type."""
    number = types.type_number(text)
    if number is None:
        raise Problem(422, say("type is no record type: write A, AAAA, HTTPS, or a number up to 65535."))
    return number


def _name(text: str) -> str:
    try:
        return rule_names.normalise(text)
    except ValueError as error:
        raise Problem(422, sentence_of(error)) from None
