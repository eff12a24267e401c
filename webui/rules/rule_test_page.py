# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a name for a device, and which rule speaks; and what would with a rule that is only written yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from resolver.answer import snapshot
from resolver.explain.explain import Explainer
from resolver.explain.explanation import Explanation
from resolver.explain.with_rule import with_rule
from store.base.sentences import say, sentence_of
from store.config import devices, list_status
from store.config.choices import RuleKind
from store.config.existing import parse_scope
from store.config.rule_input import check_rule
from store.config.scopes import HOUSE
from store.config.session import EditError
from store.log.records import Verdict
from store.names import rule_names
from webui.http import permissions
from webui.http.deps import Config, WebUi
from webui.lists.list_deps import whom
from webui.pages.templating import fragment, page, wants_fragment
from webui.rules import rule_form
from webui.rules.rule_form import Reach
from webui.views import explain_view, rules_view
from wire.types import A

router = APIRouter(prefix="/blocklists/rules", dependencies=[permissions.sees])

Text = Annotated[str, Query(max_length=2000)]


@dataclass(frozen=True, slots=True)
class Side:
    """What becomes of it: whether it is blocked, a sentence, and the rule that speaks, "" for none."""

    blocked: bool
    sentence: str
    rule: str
    because: str


@router.get("/test")
def test(
    request: Request, ui: WebUi, config: Config, test: Annotated[str, Query(max_length=300)] = "",
    at: Annotated[str, Query(max_length=64)] = "", kind: RuleKind = RuleKind.BLOCK, name: Text = "",
    reach: Reach = "below", types: Annotated[str, Query(max_length=200)] = "", answer: Text = "",
    scope: Annotated[str, Query(max_length=40)] = str(HOUSE),
) -> Response:  # fmt: skip
    """`test`: the name; `at`: an address of the device, "" for any. The others: the rule as its form has it."""
    values: dict[str, Any] = {"problem": "", "now_": None, "then": None, "tested": test, "at": at, "whom": ""}
    try:
        if not test.strip():
            raise EditError(say("Write the name to test."))
        tested = rule_names.normalise(test)
        titles, base = list_status.titles(config), snapshot.build(ui.state, ui.environ)
        values |= {"tested": tested, "now_": _side(Explainer(base, ui.state, titles=titles), tested, at)}
        if name.strip():
            rule = check_rule(kind, name, subdomains=reach == "below", **rule_form.said_more(reach, types, answer))
            then = with_rule(base, ui.state, rule, parse_scope(scope))
            values |= {"then": _side(Explainer(then, ui.state, titles=titles), tested, at)}
            values |= {"whom": whom(scope, rules_view.scope_names(config))}
    except (EditError, ValueError) as error:
        values["problem"] = sentence_of(error)
    if wants_fragment(request):
        return fragment(request, "_rule_test.html", **values)
    return page(request, "rule_test_page.html", places=places(config), **values)


def places(config: Config) -> list[tuple[str, str]]:
    """One address for each device, with its name, by name."""
    known = [(row.addresses[0], devices.display_name(row)) for row in devices.devices(config) if row.addresses]
    return sorted(known, key=lambda pair: pair[1].casefold())


def _side(explainer: Explainer, name: str, at: str) -> Side:
    explanation: Explanation = explainer.explain(name, A, at or None)
    judgement = explanation.judgement
    return Side(judgement.verdict is Verdict.BLOCK, explain_view.sentence(explanation), judgement.rule,
                explanation.because)  # fmt: skip
