# SPDX-License-Identifier: GPL-3.0-or-later
"""What held at a moment of the past: now, with each change taken back."""

from typing import Any

from evidence.findings import past
from evidence.findings.past import Altered, Past, Standing, Word, covers
from store.config import scopes
from store.config.scopes import HOUSE, Scope

S = 1_000_000


def toggle(scope: Scope, on: bool, level: str | None = None, schedule: int | None = None) -> dict[str, Any]:
    return {
        "scope_kind": str(scope.kind), "scope_id": scope.number, "blocklist_id": "ads", "on": int(on), "level": level,
        "schedule_id": schedule,
    }  # fmt: skip


def member(device: int, group: int) -> dict[str, int]:
    return {"device_id": device, "group_id": group}


def now(*toggles: dict[str, Any], members: tuple[dict[str, int], ...] = ()) -> Standing:
    return past.standing(toggles, members, ["ads"])


def test_the_narrower_word_wins_and_of_groups_the_stricter() -> None:
    home = now(toggle(HOUSE, True, "safe"), toggle(scopes.group(1), False), toggle(scopes.group(2), True, "strict"),
               toggle(scopes.device(9), False), members=(member(3, 1), member(4, 1), member(4, 2)))  # fmt: skip
    assert home.word(1, "ads") == Word(True, "safe", False, HOUSE)
    assert home.word(3, "ads") == Word(False, "safe", False, scopes.group(1))
    assert home.word(4, "ads") == Word(True, "strict", False, scopes.group(2))
    assert home.word(9, "ads").scope == scopes.device(9) and not home.word(9, "ads").on
    assert home.word(1, "other") == Word()


def test_a_pack_takes_in_names_up_to_its_level() -> None:
    assert covers(Word(True, "strict"), "safe") and covers(Word(True), None) and covers(Word(True), "safe")
    assert not covers(Word(True, "safe"), "strict") and not covers(Word(False, "strict"), "safe")


def test_changes_are_taken_back_up_to_the_moment() -> None:
    history = [  # the newest first
        Altered(300, "device_group", None, member(3, 1)),
        Altered(200, "toggle", toggle(HOUSE, False), toggle(HOUSE, True)),
        Altered(200, "toggle", None, toggle(scopes.group(1), False)),
        Altered(100, "blocklist", None, {"id": "ads"}),
        Altered(100, "toggle", None, toggle(HOUSE, False)),
    ]
    home = Past(now(toggle(HOUSE, True), toggle(scopes.group(1), False), members=(member(3, 1),)), history)
    assert home.at(300 * S) is home.now and not home.now.word(3, "ads").on
    before = home.at(300 * S - 1)
    assert before and before.word(3, "ads").on and not before.groups[3]
    older = home.at(200 * S - 1)
    assert older and not older.word(3, "ads").on and older.word(3, "ads").scope == HOUSE
    first = home.at(50 * S)
    assert first and first.word(3, "ads") == Word() and first.lists == frozenset()


def test_before_the_history_begins_nothing_is_known() -> None:
    home = Past(now(), [Altered(200, "toggle", toggle(HOUSE, True), None)], known_s=100)
    assert home.at(100 * S - 1) is None
    known = home.at(100 * S)
    assert known and known.word(1, "ads").on


def test_what_is_on_inside_a_schedule_says_so() -> None:
    assert now(toggle(HOUSE, True, schedule=4)).word(1, "ads").scheduled
