# SPDX-License-Identifier: GPL-3.0-or-later
"""What blocking a company takes: the pack that does most of it, rules for the rest; nothing twice."""

from __future__ import annotations

import pytest

from blocklists.whose.facts import Facts, load
from evidence.whatif.whatif_change import RuleChange, ToggleChange
from store.config.session import EditError
from webui.companies import company_block
from webui.companies.company_block import MAX_RULES, Plan
from webui.companies.company_cover import NameCover, PackStep, pack_step


@pytest.fixture(scope="module")
def known() -> Facts:
    return load()


def cover(name: str, *lists: tuple[str, str | None]) -> NameCover:
    return NameCover(name, False, "", lists)


UNCOVERED = [cover("a.example", ("pack:x", "safe"), ("other", None)), cover("b.example", ("pack:x", "strict")),
             cover("c.example", ("pack:y", "safe")), cover("d.example")]  # fmt: skip


def test_the_pack_that_does_most_at_the_level_that_it_takes() -> None:
    assert pack_step(UNCOVERED, {}) == PackStep("pack:x", "strict", ("a.example", "b.example"))
    higher = pack_step(UNCOVERED[:1], {"pack:x": "everything"})
    assert higher is not None and higher.level == "everything"
    assert pack_step([cover("d.example", ("hagezi", None))], {}) is None


def test_rules_for_what_no_pack_does() -> None:
    plan = company_block.plan_tracking(UNCOVERED, {})
    assert plan.pack is not None and plan.rules == ("c.example", "d.example")
    assert company_block.plan_tracking([], {}).empty


def test_a_name_below_another_needs_no_rule() -> None:
    names = [cover("x.y.example"), cover("y.example"), cover("z.example"), cover("z.example")]
    assert company_block.plan_tracking(names, {}).rules == ("y.example", "z.example")
    many = [cover(f"n{number}.example") for number in range(MAX_RULES + 5)]
    assert len(company_block.plan_tracking(many, {}).rules) == MAX_RULES


def test_all_of_it_takes_what_the_tables_know_as_its_own(known: Facts) -> None:
    plan = company_block.plan_all([cover("www.youtube.com"), cover("i.youtube.com")], "Google", known)
    assert plan.pack is None and plan.rules == ("youtube.com",)
    assert company_block.plan_all([cover("odd.example")], "Nobody", known).rules == ("odd.example",)


def test_the_same_as_a_question() -> None:
    plan = company_block.plan_tracking(UNCOVERED, {})
    first, *rest = company_block.changes(plan, "device:3")
    assert first == ToggleChange("pack:x", "device:3", True, "strict")
    assert rest == [RuleChange("block", "c.example", "device:3"), RuleChange("block", "d.example", "device:3")]
    assert len(company_block.changes(Plan(None, tuple(map(str, range(50)))), "house")) == 50, "none is cut"


def test_nothing_to_do_is_refused(known: Facts) -> None:
    with pytest.raises(EditError, match="Nothing of Acme is left"):
        company_block.block(None, Plan(None, ()), "Acme", "house", "tracking")  # type: ignore[arg-type]
