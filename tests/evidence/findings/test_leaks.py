# SPDX-License-Identifier: GPL-3.0-or-later
"""Why tracking was answered: each reason out of what the log and the history say, and none where they do not say it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from evidence.findings import past
from evidence.findings.finding import Cause, Finding
from evidence.findings.leaks import GRACE_US, LOUDNESS, Holder, leaks, reason
from evidence.findings.past import Altered, Past
from evidence.findings.tracked_hours import Asked
from store.config import scopes
from store.config.scopes import HOUSE, Scope
from store.log.records import Verdict

S = 1_000_000
HOUR = 3600 * S
AT = 500_000 * HOUR
ROW = Asked(3, "t.example", int(Verdict.PASS), "", "", False, 4, AT, AT + 60 * S)
ADS = Holder("ads")


def toggle(scope: Scope, on: bool, level: str | None = None, schedule: int | None = None) -> dict[str, Any]:
    return {
        "scope_kind": str(scope.kind), "scope_id": scope.number, "blocklist_id": "ads", "on": int(on), "level": level,
        "schedule_id": schedule,
    }  # fmt: skip


def home(*toggles: dict[str, Any], history: Sequence[Altered] = (), known_s: int = 0) -> Past:
    return Past(past.standing(toggles, [{"device_id": 3, "group_id": 1}], ["ads"]), history, known_s)


def turned(at_us: int, before: dict[str, Any] | None, after: dict[str, Any] | None) -> Altered:
    return Altered(at_us // S, "toggle", before, after)


@pytest.mark.parametrize(
    ("blocklist", "cause"),
    [("pause", Cause.PAUSE), ("exception", Cause.EXCEPTION), ("own", Cause.RULE), ("good", Cause.ALLOW_LIST)],
)
def test_what_the_log_says_let_it_through_is_the_reason(blocklist: str, cause: Cause) -> None:
    row = replace(ROW, verdict=int(Verdict.ALLOW), blocklist=blocklist, rule="@@||t.example^ through CNAME x.example")
    why = reason(row, [ADS], home(toggle(HOUSE, True)))
    assert why.cause is cause and why.rule == ("" if cause is Cause.PAUSE else "@@||t.example^")


def test_what_no_list_has_is_said_to_be_on_none() -> None:
    assert reason(ROW, [], home()).cause is Cause.NO_LIST


def test_a_list_that_was_turned_on_later_is_told_and_one_that_was_on_is_not() -> None:
    on, off = toggle(HOUSE, True), toggle(HOUSE, False)
    later = home(on, history=[turned(AT + HOUR, off, on)])
    assert reason(ROW, [ADS], later).cause is Cause.LIST_LATER
    assert reason(ROW, [ADS], home(on, history=[turned(AT - HOUR, off, on)])).cause is Cause.UNKNOWN
    # A list that was turned on a moment ago is not in force everywhere yet.
    assert reason(ROW, [ADS], home(on, history=[turned(AT - GRACE_US // 2, off, on)])).cause is Cause.LIST_LATER


def test_a_rule_that_the_list_got_later_is_told_and_one_by_then_is_not_guessed() -> None:
    on = home(toggle(HOUSE, True))
    assert reason(ROW, [Holder("ads", since_us=AT + HOUR)], on).cause is Cause.LIST_LATER
    assert reason(ROW, [Holder("ads", since_us=AT - HOUR)], on).cause is Cause.UNKNOWN
    by_then = Holder("ads", since_us=AT + 40 * HOUR, exact=False)
    assert reason(ROW, [by_then], on).cause is Cause.UNKNOWN
    # Its first copy came within the day after it was added: it had none before.
    assert reason(ROW, [replace(by_then, added_us=AT + 39 * HOUR)], on).cause is Cause.LIST_LATER


def test_a_group_or_a_device_without_the_list_is_told_with_its_scope() -> None:
    why = reason(ROW, [ADS], home(toggle(HOUSE, True), toggle(scopes.group(1), False)))
    assert (why.cause, why.blocklist, why.scope) == (Cause.GROUP, "ads", "group:1")
    own = reason(ROW, [ADS], home(toggle(HOUSE, True), toggle(scopes.device(3), False)))
    assert (own.cause, own.scope) == (Cause.GROUP, "device:3")


def test_a_list_that_is_off_and_a_pack_at_a_lower_level_are_told_with_the_house() -> None:
    assert reason(ROW, [ADS], home()) == reason(ROW, [ADS], home(toggle(HOUSE, False)))
    assert reason(ROW, [ADS], home()).cause is Cause.LIST_OFF
    low = reason(ROW, [Holder("ads", "strict")], home(toggle(HOUSE, True, "safe")))
    assert (low.cause, low.level, low.scope) == (Cause.LIST_OFF, "strict", "house")
    assert reason(ROW, [Holder("service:x", service=True)], home()).cause is Cause.NO_LIST


def test_a_list_on_inside_a_schedule_alone_is_told_as_that() -> None:
    assert reason(ROW, [ADS], home(toggle(HOUSE, True, schedule=2))).cause is Cause.SCHEDULE


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    on = toggle(HOUSE, True)
    assert reason(ROW, [ADS], home(on, known_s=AT // S + 9)).cause is Cause.UNKNOWN
    assert reason(ROW, [ADS], None).cause is Cause.UNKNOWN
    assert reason(replace(ROW, imported=True), [], home()).cause is Cause.UNKNOWN


def test_a_list_that_was_turned_off_meanwhile_is_told_as_off() -> None:
    on, off = toggle(HOUSE, True), toggle(HOUSE, False)
    for ago_us in (HOUR, S):  # which is in force at once
        assert reason(ROW, [ADS], home(off, history=[turned(AT - ago_us, on, off)])).cause is Cause.LIST_OFF
    assert reason(ROW, [ADS], home(off, history=[turned(AT + HOUR, on, off)])).cause is Cause.UNKNOWN


def found(rows: Sequence[Asked], of_home: Past | None = None) -> list[Finding]:
    return list(leaks(rows, {"t.example": "Them", "u.example": "Them"}.get, lambda name: [ADS], of_home or home()))


def test_names_of_a_company_are_one_leak_with_the_sum_of_its_rows() -> None:
    other = replace(ROW, name="u.example", queries=9, first_us=AT - HOUR, last_us=AT - 5)
    blocked = replace(ROW, verdict=int(Verdict.BLOCK), queries=100)
    (leak,) = found([other, ROW, blocked, replace(ROW, device_id=0)])
    assert (leak.names, leak.count) == (("u.example", "t.example"), 13)
    assert (leak.first_us, leak.last_us) == (AT - HOUR, ROW.last_us)
    assert (leak.device_id, leak.company, leak.verdict) == (3, "Them", "PASS")
    assert leak.confidence == LOUDNESS[Cause.LIST_OFF]
    assert {leak.key for leak in found([ROW, replace(ROW, name="nobody.example")])} == {
        "Them list_off ads house", "nobody.example list_off ads house",
    }  # fmt: skip


def test_of_a_name_whose_reason_changed_the_latest_is_told_by_itself() -> None:
    """A filter of the log cannot tell the two apart but by time."""
    on, off = toggle(HOUSE, True), toggle(HOUSE, False)
    of_home = home(off, history=[turned(AT + HOUR, on, off)])  # while it was on: unknown why
    later = replace(ROW, first_us=AT + 2 * HOUR, last_us=AT + 2 * HOUR + 5, queries=7)
    other = replace(ROW, name="u.example", queries=1, first_us=AT + 3 * HOUR, last_us=AT + 3 * HOUR)
    leaks_found = found([ROW, later, other], of_home)
    assert [(leak.names, leak.count, leak.first_us, leak.cause) for leak in leaks_found] == [
        (("t.example",), 7, AT + 2 * HOUR, Cause.LIST_OFF), (("u.example",), 1, AT + 3 * HOUR, Cause.LIST_OFF),
    ]  # fmt: skip


def test_leaks_that_differ_have_keys_that_differ() -> None:
    passed, allowed = replace(ROW, imported=True), replace(ROW, imported=True, verdict=int(Verdict.ALLOW))
    of_levels = {"t.example": [Holder("ads", "safe")], "u.example": [Holder("ads", "strict")]}
    of_packs = leaks([ROW, replace(ROW, name="u.example")], lambda name: "Them", of_levels.__getitem__, home())
    keys = [leak.key for leak in [*found([ROW, passed, allowed]), *of_packs]]
    assert len(set(keys)) == len(keys) == 5
