# SPDX-License-Identifier: GPL-3.0-or-later
"""What a list holds that is not installed yet, as values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from store.base.sentences import SentenceText


@dataclass(frozen=True, slots=True)
class OddLine:
    """A line that gives no rule, and why, in the words that the list's reader has for it."""

    number: int = 0
    text: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Covering:
    """A list that is on, and how many of the names that were looked up it blocks already."""

    id: str = ""
    title: str = ""
    names: int = 0


@dataclass(frozen=True, slots=True)
class ListPreview:
    """`names`: distinct ones; `skipped`, `kinds`: counts by reason and kind, most first; `guarded`: rules
    that are left out, with why.

    `tried` of its names were looked up in the lists that are on for the house, and `covered` of them blocked there.
    """

    format: str = ""
    bytes: int = 0
    lines: int = 0
    rules: int = 0
    names: int = 0
    allows: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    guarded: Mapping[str, SentenceText] = field(default_factory=dict)
    odd: tuple[OddLine, ...] = ()
    samples: tuple[str, ...] = ()
    tried: int = 0
    covered: int = 0
    by: tuple[Covering, ...] = ()
