# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules: searched, filtered, sorted, each with what it did, and how to change it where it stands."""

from __future__ import annotations

import contextlib
import time
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from resolver.answer.judge import HOME
from store.base.sentences import say
from store.config import edit, scopes
from store.config.choices import RuleKind
from store.config.rule_input import check_rule
from store.config.scopes import HOUSE
from store.config.session import EditError
from store.household import schedules
from store.log.protocol import LogReader
from store.rules import rule_hint
from store.rules.rule_hit import RuleHits
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader
from webui.lists.list_deps import Scope, Wanted, scope_names
from webui.pages.templating import fragment, page
from webui.rules import rule_form, rule_history, rule_test_page, rules_shown
from webui.views import ranges, rules_view
from webui.views.rules_view import RuleView

router = APIRouter(prefix="/blocklists/rules", dependencies=[permissions.sees])

PER_PAGE = 100
FEWEST = 10
MAX_CHOICES = 50_000  # of whom rules are for, on a page: each rule is changed in its place, and offers every device
COUNTED_DAYS = 30
DAY_US = 86_400_000_000
Word = Annotated[str, Query(max_length=20)]
Ids = Annotated[str, Query(max_length=1200, pattern=r"^\d{1,10}(,\d{1,10})*$")]  # those of a page, by commas


@router.get("")
def own_rules(
    request: Request, engine: Engine, config: Config, reader: Reader, q: Wanted = "",
    name: Annotated[str, Query(max_length=1000)] = "", scope: Scope = str(HOUSE), kind: Word = "",
    whom: Annotated[str, Query(max_length=40)] = "", state: Word = "", sort: Word = "",
    number: Annotated[int, Query(alias="page", ge=1, le=1000)] = 1,
) -> Response:  # fmt: skip
    """`name`, `scope`: what is about to be blocked, in the form; the others: which of the rules are shown."""
    names, now = scope_names(config, scope), time.time()
    every = rules_view.rules(edit.rules(engine), names, {each.id: each.name for each in schedules.schedules(engine)})
    wanted = rules_shown.Wanted(q, kind, whom, state, sort)
    hits = counted(reader, COUNTED_DAYS).hits if sort == "hits" else {}
    fitting = rules_shown.fitting(every, wanted, now, hits)
    lines = per_page(len(names))
    last = max(1, -(-len(fitting) // lines))
    number = min(number, last)
    rules = fitting[(number - 1) * lines : number * lines]
    return page(
        request,
        "own_rules_page.html",
        said=rules_shown.headline(every, now),
        rules=rules,
        found=len(fitting),
        there=len(every),
        number=number,
        last=last,
        wanted=wanted,
        name=name,
        scope=scope,
        places=rule_test_page.places(config),
        changed=False,
        notations=rule_form.NOTATIONS,
        **shared(names, rules, rule_history.makers(config, [rule.id for rule in rules])),
    )


def per_page(scopes: int) -> int:
    """How many rules stand on a page, where each may be for any of so many: fewer in a home of thousands of devices."""
    return min(PER_PAGE, max(FEWEST, MAX_CHOICES // max(1, scopes)))


@router.get("/hint")
def hint(
    request: Request, name: Annotated[str, Query(max_length=1000)] = "", reach: rule_form.Reach = "below"
) -> Response:  # fmt: skip
    """What the rule that is being written does that may not be meant by it; nothing while it is none yet."""
    sentence = ""
    with contextlib.suppress(EditError):
        rule = check_rule(_kind(name), name, subdomains=reach == "below", **rule_form.said_more(reach, "", ""))
        sentence = rule_hint.hint(rule)
    return fragment(request, "_rule_hint.html", told=sentence)


def _kind(text: str) -> RuleKind:
    """As the text says, so that neither is a mistake."""
    return RuleKind.ALLOW if text.strip().startswith("@@") else RuleKind.BLOCK


@router.get("/hits")
def hits(request: Request, engine: Engine, reader: Reader, ids: Ids) -> Response:
    """How often each of these rules decided, today and in thirty days: asked for once the page is there."""
    wanted = set(map(int, ids.split(",")))
    rules = [rule for rule in rules_view.rules(edit.rules(engine), {}) if rule.id in wanted]
    month, today = counted(reader, COUNTED_DAYS), counted(reader, 0)
    return fragment(request, "_rule_hits.html", rules=rules, month=month.hits, today=today.hits,
                    since=month.since_us // 1_000_000, days=COUNTED_DAYS, whole=_is_whole(month),
                    rows_of=rules_shown.rows_of)  # fmt: skip


def shared(names: dict[str, str], rules: list[RuleView], makers: Any) -> dict[str, Any]:
    """What every template that draws a rule needs."""
    return {
        "scopes": scopes.in_order(names.items()), "rule_kinds": tuple(RuleKind), "lengths": rule_form.LENGTHS,
        "reach_of": rule_form.reach_of, "rows_of": rules_shown.rows_of, "makers": makers, "shown": rules_shown,
        "reaches": REACHES,
    }  # fmt: skip


REACHES = (
    ("below", say("and all below it")), ("alone", say("this name alone")),
    ("found", say("an expression that is found in it")), ("not found", say("an expression that is not found in it")),
)  # fmt: skip


def counted(reader: LogReader, days: int) -> RuleHits:
    """What the home's own rules decided in so many days; 0: since midnight."""
    now = time.time()
    from_us = ranges.find("today", now).from_us if not days else int(now * 1_000_000) - days * DAY_US
    return reader.rule_hits(HOME, from_us, int(now * 1_000_000) + 1)


def _is_whole(hits: RuleHits) -> bool:
    return hits.since_us <= int(time.time() * 1_000_000) - COUNTED_DAYS * DAY_US + DAY_US // 24
