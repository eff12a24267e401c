# SPDX-License-Identifier: GPL-3.0-or-later
"""The effect of a change as pages show it: two sentences, and the names that matter most. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.whatif.effect import ChangedName, Direction, Effect, Warned
from store.base.sentences import say, say_count
from webui.views.ranges import CHOICES, find

FEW = 5  # names of a preview
RANGES = tuple(choice for choice in CHOICES if choice.key in ("24h", "7d", "30d"))
DEFAULT_RANGE = "7d"


@dataclass(frozen=True, slots=True)
class EffectView:
    """`when`: the range in words; `sentences`: what would have been blocked more, and less."""

    effect: Effect
    when: str
    sentences: tuple[str, ...]
    few: tuple[ChangedName, ...]
    warnings: tuple[Warned, ...]


def shown(effect: Effect, range_key: str) -> EffectView:
    """An effect on the queries of one of the ranges."""
    when = next((choice.sentence for choice in RANGES if choice.key == range_key), RANGES[1].sentence)
    sentences, more, less = list[str](), _counts(effect.more), _counts(effect.less)
    at = {"when": when}
    if effect.more.queries:
        sentences.append(say("{when} this would have blocked {queries} more, for {names} of {devices}.", **more, **at))
    if effect.less.queries:
        sentences.append(say("{when} this would have blocked {queries} less, for {names} of {devices}.", **less, **at))
    if not effect.queries:
        sentences.append(say("{when} nothing was asked.", when=when))
    elif not sentences:
        sentences.append(say("{when} this would have changed nothing.", when=when))
    return EffectView(effect, when, tuple(sentences), effect.names[:FEW], effect.warnings)


def span(range_key: str, now: float) -> tuple[str, str]:
    """From and to as a question takes them."""
    key = range_key if any(choice.key == range_key for choice in RANGES) else DEFAULT_RANGE
    whole = find(key, now)
    return str(whole.from_us / 1_000_000), str(whole.to_us / 1_000_000)


def _counts(direction: Direction) -> dict[str, str]:
    return {
        "queries": say_count(direction.queries, "{count:,} query", "{count:,} queries"),
        "names": say_count(direction.names, "{count:,} name", "{count:,} names"),
        "devices": say_count(direction.devices, "{count:,} device", "{count:,} devices"),
    }
