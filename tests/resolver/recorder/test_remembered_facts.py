# SPDX-License-Identifier: GPL-3.0-or-later
"""A name of late is looked up once, whoever asks; what is remembered of names has a bound."""

from typing import Any

import pytest

from blocklists.whose import facts
from resolver.recorder import remembered_facts
from resolver.recorder.remembered_facts import RememberedFacts

KNOWN = facts.load()


class Asked:
    """The facts, and how often each name was asked for."""

    def __init__(self) -> None:
        self.version, self.names = KNOWN.version, list[str]()

    def of(self, name: str) -> facts.Whose:
        self.names.append(name)
        return KNOWN.of(name)


def remembered(asked: Any) -> RememberedFacts:
    return RememberedFacts(asked)


def test_it_says_what_the_facts_say_and_asks_once() -> None:
    asked = Asked()
    known = remembered(asked)
    for _ in range(3):
        assert known.of("data.mistat.xiaomi.com") == KNOWN.of("data.mistat.xiaomi.com")
        assert known.of("nobody.knows.example") is facts.NOBODY
    assert asked.names == ["data.mistat.xiaomi.com", "nobody.knows.example"]
    assert known.version == KNOWN.version


def test_what_is_forgotten_is_looked_up_again() -> None:
    asked = Asked()
    known = remembered(asked)
    known.of("a.example")
    known.forget()
    known.of("a.example")
    assert asked.names == ["a.example"] * 2


def test_names_have_a_bound_and_those_in_use_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered_facts, "MAX_NAMES", 10)
    asked = Asked()
    known = remembered(asked)
    for number in range(200):
        known.of("used.example")
        known.of(f"{number}.example")
        assert len(known._young) + len(known._old) <= 20
    assert asked.names.count("used.example") == 1
    known.of("0.example")
    assert asked.names.count("0.example") == 2
