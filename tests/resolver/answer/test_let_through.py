# SPDX-License-Identifier: GPL-3.0-or-later
"""What a pause and an exception let through, by names and by what an answer shows."""

from __future__ import annotations

from io import BytesIO

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklists.index.compile import Part, compile_index
from blocklists.index.index import Index
from blocklists.index.match import RuleTable
from blocklists.index.shard import Shard
from blocklists.rules.rule import Kind
from resolver.answer.inspect import inspect
from resolver.answer.judge import HOME, PASSED, Judgement, judge
from resolver.answer.led_names import LED_MAX
from resolver.answer.let_through import EXCEPTION, PAUSE, TTL_MAX, LetThrough, brief
from store.config.choices import RuleKind
from store.household.policy import Policy, Rule
from store.household.relief import NO_RELIEF, Relief
from store.log.records import Verdict
from wire.message import Response

LISTS = {
    "ads": [(Kind.BLOCK_SUFFIX, "tracker.test"), (Kind.BLOCK_SUFFIX, "both.test")],
    "more": [(Kind.BLOCK_SUFFIX, "other.test"), (Kind.BLOCK_SUFFIX, "both.test")],
}
ON = (("ads", None), ("more", None))
RULES = (
    Rule(1, RuleKind.BLOCK, "own.test", True, ""),
    Rule(2, RuleKind.ALLOW, "fine.tracker.test", True, ""),
    Rule(3, RuleKind.BLOCK, "nas.test", True, "", answer="192.168.1.5"),
    Rule(4, RuleKind.BLOCK, "nothing.test", True, "", answer="nxdomain"),
)


@pytest.fixture(scope="module")
def index() -> Index:
    data = BytesIO()
    parts = [Part(name, None, name, False, Shard.of_rules(rules, 1)) for name, rules in LISTS.items()]
    compile_index(parts, 1).write(data.write)
    return Index(memoryview(data.getvalue()))


def through(index: Index, relief: Relief) -> LetThrough:
    made = LetThrough.of(Policy(ON, RULES, relief=relief), RuleTable.build(RULES), index, index.mask(ON))
    assert made is not None
    return made


def leading(*names: str) -> Response:
    """An answer that leads over these names by CNAME."""
    return Response(0, b"", (0, 0, 0), chain=list(names))


def test_without_a_relief_there_is_nothing_to_ask(index: Index) -> None:
    assert LetThrough.of(Policy(ON, RULES), RuleTable.build(RULES), index, index.mask(ON)) is None


@pytest.mark.parametrize(
    ("name", "judgement"),
    [
        ("www.tracker.test", Judgement(Verdict.ALLOW, PAUSE, "||tracker.test^")),
        ("own.test", Judgement(Verdict.ALLOW, PAUSE, "||own.test^")),
        ("nothing.test", Judgement(Verdict.ALLOW, PAUSE, "||nothing.test^$answer=nxdomain")),
        ("www.fine.tracker.test", Judgement(Verdict.ALLOW, HOME, "@@||fine.tracker.test^")),
        ("harmless.test", PASSED),
    ],
)
def test_a_pause_of_everything_lets_through_what_is_blocked(index: Index, name: str, judgement: Judgement) -> None:
    assert through(index, Relief(everything=True)).judge(name) == judgement


def test_a_rule_that_names_addresses_is_a_local_name_which_no_pause_takes_away(index: Index) -> None:
    judgement = through(index, Relief(everything=True)).judge("nas.test")
    assert (judgement.verdict, judgement.blocklist) == (Verdict.BLOCK, HOME)


@pytest.mark.parametrize(
    ("name", "verdict", "blocklist"),
    [
        ("tracker.test", Verdict.ALLOW, PAUSE),
        ("other.test", Verdict.BLOCK, "more"),
        ("both.test", Verdict.BLOCK, "more"),
        ("own.test", Verdict.BLOCK, HOME),
    ],
)
def test_while_a_list_is_paused_the_others_block_on(index: Index, name: str, verdict: Verdict, blocklist: str) -> None:
    judgement = through(index, Relief(lists=("ads",))).judge(name)
    assert (judgement.verdict, judgement.blocklist) == (verdict, blocklist)


@pytest.mark.parametrize("name", ["tracker.test", "a.b.tracker.test", "harmless.test"])
def test_an_exception_allows_its_name_and_all_below_it_before_every_rule(index: Index, name: str) -> None:
    relief = Relief(names=("harmless.test", "own.test", "tracker.test"))
    judgement = through(index, relief).judge(name)
    assert judgement[:2] == (Verdict.ALLOW, EXCEPTION)
    assert judgement.rule in ("@@||tracker.test^", "@@||harmless.test^")
    assert through(index, relief).judge("own.test")[:2] == (Verdict.ALLOW, EXCEPTION)
    assert through(index, relief).judge("nottracker.test") is PASSED
    assert through(index, relief).judge("other.test").verdict is Verdict.BLOCK


def test_what_an_excepted_name_leads_to_is_excepted_alone(index: Index) -> None:
    let = through(index, Relief(names=("shop.test",)))
    assert let.judge("cdn.tracker.test").verdict is Verdict.BLOCK
    assert let.lead(leading("harmless.test", "cdn.tracker.test"), "@@||shop.test^")
    assert let.judge("cdn.tracker.test") == Judgement(Verdict.ALLOW, EXCEPTION, "@@||shop.test^")
    assert let.judge("tracker.test").verdict is let.judge("a.cdn.tracker.test").verdict is Verdict.BLOCK
    assert let.judge("harmless.test") is PASSED
    assert not let.lead(leading("cdn.tracker.test"), "@@||shop.test^"), "that is known already"


def test_an_answer_can_not_except_without_end(index: Index) -> None:
    let = through(index, Relief(names=("shop.test",)))
    assert let.lead(leading(*(f"{number}.tracker.test" for number in range(2 * LED_MAX))), "@@||shop.test^")
    assert let.judge(f"{LED_MAX - 1}.tracker.test").verdict is Verdict.ALLOW
    assert let.judge(f"{LED_MAX}.tracker.test").verdict is Verdict.BLOCK
    assert not let.lead(leading(f"{LED_MAX}.tracker.test"), "@@||shop.test^")


def test_an_answer_that_leads_to_what_is_blocked_is_let_through_by_a_pause(index: Index) -> None:
    judgement = through(index, Relief(everything=True)).inspect(leading("x.harmless.test", "a.tracker.test"))
    assert judgement == Judgement(Verdict.ALLOW, PAUSE, "||tracker.test^ through CNAME a.tracker.test")


def test_while_a_list_is_paused_an_answer_is_blocked_by_what_another_says_of_where_it_leads(index: Index) -> None:
    let = through(index, Relief(lists=("ads",)))
    assert let.inspect(leading("a.tracker.test")) == Judgement(
        Verdict.ALLOW, PAUSE, "||tracker.test^ through CNAME a.tracker.test"
    )
    blocked = let.inspect(leading("a.tracker.test", "other.test"))
    assert blocked is not None and blocked.verdict is Verdict.BLOCK and blocked.blocklist == "more"


def test_an_answer_that_leads_to_an_excepted_name_is_let_through(index: Index) -> None:
    let = through(index, Relief(names=("tracker.test",)))
    judgement = let.inspect(leading("a.tracker.test", "other.test"))
    assert judgement == Judgement(Verdict.ALLOW, EXCEPTION, "@@||tracker.test^ through CNAME a.tracker.test")
    assert let.inspect(leading("fine.tracker.test", "harmless.test")) is not None
    assert let.inspect(leading("harmless.test")) is None


def test_what_is_let_through_is_kept_for_a_minute_at_most() -> None:
    body = b"\0" * 4 + (3600).to_bytes(4, "big") + (30).to_bytes(4, "big")
    response = Response(0, body, (2, 0, 0), [(4, 3600), (8, 30)])
    brief_body = brief(response, 5)
    assert [int.from_bytes(brief_body[at : at + 4], "big") for at in (4, 8)] == [TTL_MAX, 25]


NAMES = st.sampled_from(
    ["tracker.test", "a.tracker.test", "fine.tracker.test", "other.test", "both.test", "own.test", "nas.test", "x.test"]
)


@settings(max_examples=examples(200), deadline=None)
@given(
    NAMES, st.lists(NAMES, max_size=3), st.booleans(), st.sets(st.sampled_from(["ads", "more"])),
    st.sets(NAMES, max_size=2),
)  # fmt: skip
def test_a_relief_never_blocks_and_says_so_where_it_lets_through(
    index: Index, name: str, chain: list[str], everything: bool, lists: set[str], names: set[str]
) -> None:
    relief = Relief(everything, tuple(sorted(lists)), tuple(sorted(names)))
    if relief == NO_RELIEF:
        return
    let, rules, mask = through(index, relief), RuleTable.build(RULES), index.mask(ON)
    before, now = judge(name, rules, index, mask), let.judge(name)
    if now.verdict is Verdict.BLOCK:
        assert before.verdict is Verdict.BLOCK
    elif before.verdict is Verdict.BLOCK:
        assert now.verdict is Verdict.ALLOW and now.blocklist in (PAUSE, EXCEPTION)
    shown, shows = inspect(leading(*chain), rules, index, mask), let.inspect(leading(*chain))
    if shows is not None and shows.verdict is Verdict.BLOCK:
        assert shown is not None and shown.verdict is Verdict.BLOCK
    if everything and not names and "nas.test" not in (name, *chain):
        assert now.verdict is not Verdict.BLOCK and (shows is None or shows.verdict is Verdict.ALLOW)
