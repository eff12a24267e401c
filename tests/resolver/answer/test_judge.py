# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a verdict; the order of rules has its own tests in the room below."""

from __future__ import annotations

from io import BytesIO

import pytest

from blocklists.index.compile import Part, compile_index
from blocklists.index.index import Index
from blocklists.index.match import RuleTable
from blocklists.index.shard import Shard
from blocklists.rules.rule import Kind
from resolver.answer.judge import HOME, PASSED, Judgement, judge
from store.household.policy import Rule
from store.log.records import Verdict
from wire.names import to_text


@pytest.fixture(scope="module")
def index() -> Index:
    rules = {
        "ads": [(Kind.BLOCK_SUFFIX, "tracker.test"), (Kind.BLOCK_EXACT, "one.test")],
        "good": [(Kind.ALLOW_EXACT, "ok.tracker.test")],
    }
    data = BytesIO()
    compile_index([Part(name, None, name, False, Shard.of_rules(held, 1)) for name, held in rules.items()], 1).write(
        data.write
    )
    return Index(memoryview(data.getvalue()))


@pytest.mark.parametrize(
    ("name", "judgement"),
    [
        ("www.tracker.test", Judgement(Verdict.BLOCK, "ads", "||tracker.test^")),
        ("one.test", Judgement(Verdict.BLOCK, "ads", "one.test")),
        ("below.one.test", PASSED),
        ("ok.tracker.test", Judgement(Verdict.ALLOW, "good", "@@ok.tracker.test")),
        ("mine.test", Judgement(Verdict.BLOCK, HOME, "||mine.test^")),
        ("www.mine.test", Judgement(Verdict.BLOCK, HOME, "||mine.test^")),
        ("yes.tracker.test", Judgement(Verdict.ALLOW, HOME, "@@yes.tracker.test")),
        (".", PASSED),
        ("test", PASSED),
        ("a\\046b\\000c.tracker.test", Judgement(Verdict.BLOCK, "ads", "||tracker.test^")),
    ],
)
def test_a_verdict_names_the_list_and_the_rule(index: Index, name: str, judgement: Judgement) -> None:
    own = RuleTable.build([Rule(1, "block", "mine.test", True, ""), Rule(2, "allow", "yes.tracker.test", False, "")])
    assert judge(name, own, index, index.mask([("ads", None), ("good", None)])) == judgement


def test_a_list_that_is_off_says_nothing(index: Index) -> None:
    assert judge("one.test", RuleTable(), index, index.mask([("good", None)])) == PASSED


def test_a_dot_within_a_label_is_no_border_between_labels(index: Index) -> None:
    name = to_text([b"x.one", b"test"])
    assert judge(name, RuleTable.build([Rule(1, "block", "one.test", True, "")]), index, 0) == PASSED
