# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules: searched, added with what they would have done, removed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from store.base.sentences import say, say_count
from store.config import edit, scopes
from store.config.choices import RuleKind
from store.config.scopes import HOUSE
from webui.http.deps import Config, Engine
from webui.lists.list_deps import Scope, Wanted, scope_names
from webui.pages.templating import page
from webui.views import rules_view
from webui.views.rules_view import RuleView

router = APIRouter(prefix="/blocklists")

PER_PAGE = 100


@router.get("/rules")
def own_rules(
    request: Request, engine: Engine, config: Config, q: Wanted = "",
    name: Annotated[str, Query(max_length=1000)] = "", scope: Scope = str(HOUSE),
    number: Annotated[int, Query(alias="page", ge=1, le=1000)] = 1,
) -> Response:  # fmt: skip
    """`name`: what is about to be blocked, in the form; `q`: words that a rule holds."""
    names = scope_names(config, scope)
    every = rules_view.rules(edit.rules(engine), names)
    fitting = [rule for rule in every if _fits(rule, q)]
    last = max(1, -(-len(fitting) // PER_PAGE))
    number = min(number, last)
    return page(
        request,
        "own_rules_page.html",
        said=_said(every),
        rules=fitting[(number - 1) * PER_PAGE : number * PER_PAGE],
        found=len(fitting),
        there=len(every),
        number=number,
        last=last,
        q=q,
        name=name,
        scope=scope,
        scopes=scopes.in_order(names.items()),
        rule_kinds=tuple(RuleKind),
    )


def _fits(rule: RuleView, wanted: str) -> bool:
    text = " ".join((rule.name, rule.comment, rule.scope_title, rule.kind, rule.answer)).lower()
    return all(word in text for word in wanted.lower().split())


def _said(rules: list[RuleView]) -> str:
    """The page's first sentence."""
    if not rules:
        return say("You have no rules of your own yet; lists and packs decide alone.")
    counts = {kind: sum(rule.kind == kind for rule in rules) for kind in RuleKind}
    block = say_count(counts[RuleKind.BLOCK], "{count:,} rule of yours blocks", "{count:,} rules of yours block")
    allow = say_count(counts[RuleKind.ALLOW], "{count:,} allows", "{count:,} allow")
    return say("{block}, {allow}; they win over every list.", block=block, allow=allow)
