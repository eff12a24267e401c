# SPDX-License-Identifier: GPL-3.0-or-later
"""Effects in sentences, and ranges as questions take them."""

from __future__ import annotations

import pytest

from evidence.whatif.effect import ChangedName, Direction, Effect
from webui.evidence.whatif_view import FEW, RANGES, shown, span

NAMES = tuple(ChangedName(f"n{number}.example", None, 9 - number, 0, 1, 1) for number in range(9))


@pytest.mark.parametrize(("effect", "sentences"), [
    (Effect(queries=9, more=Direction(1, 1, 1)), [
        "In the last 7 days this would have blocked 1 query more, for 1 name of 1 device.",
    ]),
    (Effect(queries=9, more=Direction(2000, 2, 3), less=Direction(5, 1, 1)), [
        "In the last 7 days this would have blocked 2,000 queries more, for 2 names of 3 devices.",
        "In the last 7 days this would have blocked 5 queries less, for 1 name of 1 device.",
    ]),
    (Effect(queries=9), ["In the last 7 days this would have changed nothing."]),
    (Effect(), ["In the last 7 days nothing was asked."]),
])  # fmt: skip
def test_an_effect_is_told_in_sentences(effect: Effect, sentences: list[str]) -> None:
    assert list(shown(effect, "7d").sentences) == sentences


def test_few_names_are_shown_first() -> None:
    assert shown(Effect(names=NAMES), "24h").few == NAMES[:FEW]


def test_ranges_are_whole_and_an_unknown_one_is_a_week() -> None:
    now = 1_790_000_000.0
    for choice in RANGES:
        from_, to = map(float, span(choice.key, now))
        assert to - from_ == choice.length_us / 1_000_000 and from_ < now <= to
    assert span("nonsense", now) == span("7d", now)
