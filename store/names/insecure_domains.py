# SPDX-License-Identifier: GPL-3.0-or-later
"""Domains whose signatures are not looked at (negative trust anchors, RFC 7646), each for ever or until a moment. Pure.

As the setting `dnssec_insecure` holds them: `broken.example`, or `broken.example until 2026-12-01T18:00:00Z`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from store.base.sentences import say
from store.names import rule_names

_UNTIL = " until "


@dataclass(frozen=True, slots=True)
class InsecureDomain:
    """`until`: Unix seconds; None: for ever."""

    domain: str
    until: float | None = None

    def holds(self, now_s: float) -> bool:
        return self.until is None or now_s < self.until

    def __str__(self) -> str:
        if self.until is None:
            return self.domain
        return f"{self.domain}{_UNTIL}{datetime.fromtimestamp(self.until, UTC):%Y-%m-%dT%H:%M:%SZ}"


def parse(text: str) -> InsecureDomain:
    """Raises ValueError with a sentence."""
    domain, _, until = text.strip().partition(_UNTIL)
    name = rule_names.normalise(domain.strip().rstrip(".").lower())
    return InsecureDomain(name, _moment(until, text) if until else None)


def check(text: str) -> str:
    """The text as the setting keeps it. Raises ValueError."""
    return str(parse(text))


def holding(texts: Iterable[str], now_s: float) -> Iterator[InsecureDomain]:
    """Those of a setting that hold now."""
    return (entry for entry in map(parse, texts) if entry.holds(now_s))


def _moment(text: str, whole: str) -> float:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        hint = "example.org until 2026-12-01T18:00Z"
        raise ValueError(say("'{text}' names no moment: write {hint}.", text=whole, hint=hint)) from None
    return (moment if moment.tzinfo else moment.astimezone()).timestamp()
