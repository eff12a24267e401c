# SPDX-License-Identifier: GPL-3.0-or-later
"""Where excepted names lead is known for a while, for those whose exception led there, and within bounds."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from resolver.answer import led_names
from resolver.answer.led_names import LAST_SECONDS, LED_MAX, Led, LedNames

SHOP, BANK = "@@||shop.test^", "@@||bank.test^"


class Clock:
    now = 1000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(led_names, "monotonic", lambda: made.now)
    return made


@pytest.fixture
def told() -> list[Led]:
    return []


@pytest.fixture
def led(clock: Clock, told: list[Led]) -> LedNames:
    made = LedNames()

    def tell(news: Sequence[Led]) -> None:
        told.extend(news)

    made.tell = tell
    return made


def test_a_name_that_two_lead_to_is_known_by_both(led: LedNames) -> None:
    led.learn(["cdn.test"], SHOP)
    assert (led.rule_of("cdn.test", (SHOP, BANK)), led.rule_of("cdn.test", (BANK,))) == (SHOP, "")
    led.learn(["cdn.test"], BANK)
    assert [led.rule_of("cdn.test", (rule,)) for rule in (SHOP, BANK, "other")] == [SHOP, BANK, ""]
    assert led.all() == [("cdn.test", SHOP), ("cdn.test", BANK)]


def test_it_ends_unless_answers_lead_there_still(led: LedNames, clock: Clock) -> None:
    led.learn(["cdn.test", "old.test"], SHOP)
    clock.now += LAST_SECONDS * 0.6
    led.learn(["cdn.test"], SHOP)
    clock.now += LAST_SECONDS * 0.6
    assert (led.rule_of("cdn.test", (SHOP,)), led.rule_of("old.test", (SHOP,))) == (SHOP, "")
    assert led.all() == [("cdn.test", SHOP)]
    assert led.take([("old.test", SHOP)]), "that is news again"


def test_siblings_hear_what_is_new_and_what_would_end(led: LedNames, clock: Clock, told: list[Led]) -> None:
    led.learn(["cdn.test"], SHOP)
    led.learn(["cdn.test"], SHOP)
    assert told == [("cdn.test", SHOP)]
    clock.now += LAST_SECONDS * 0.6
    led.learn(["cdn.test"], SHOP)
    assert told == [("cdn.test", SHOP)] * 2


def test_what_a_sibling_tells_is_not_told_again(led: LedNames, told: list[Led]) -> None:
    assert led.take([("cdn.test", SHOP)])
    assert not led.take([("cdn.test", SHOP)]), "that is known"
    assert led.rule_of("cdn.test", (SHOP,)) and not told


def test_there_are_no_more_than_there_is_room_for_until_some_have_ended(led: LedNames, clock: Clock) -> None:
    led.learn([f"{number}.test" for number in range(2 * LED_MAX)], SHOP)
    assert len(led.all()) == LED_MAX
    assert not led.take([("late.test", BANK)])
    led.learn(["0.test"], SHOP)
    assert len(led.all()) == LED_MAX
    clock.now += LAST_SECONDS + 1
    assert led.take([("late.test", BANK)])
    assert led.all() == [("late.test", BANK)]
