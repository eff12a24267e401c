# SPDX-License-Identifier: GPL-3.0-or-later
"""How often each rule of a list decided, as values."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuleHit:
    """How many queries a rule decided, and when it did last."""

    queries: int
    last_us: int


@dataclass(frozen=True, slots=True)
class RuleHits:
    """By rule as the log has it, of those that decided any; all from `since_us` on were counted."""

    hits: Mapping[str, RuleHit]
    since_us: int
