# SPDX-License-Identifier: GPL-3.0-or-later
"""Why rows of a report were answered, as the findings tell it: by the lists and the history of a state directory.

Beside an imported log alone there is neither, and without an index nobody knows which list has a name: then only what
the log itself says of a row is a reason.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from blocklists.index.index import CorruptIndex
from evidence.findings import leaks
from evidence.findings.finding import Cause
from evidence.findings.leak_sources import Holders, allow_rules, blocking, past_of
from evidence.findings.leaks import Blocking, Holder, Reason
from evidence.findings.past import Past
from evidence.findings.tracked_hours import Asked
from store.base.db import connect

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Judge:
    """What is known of a home; by default nothing."""

    past: Past | None = None
    holders_of: Callable[[str], Sequence[Holder]] = lambda name: ()
    blocking: Blocking = lambda device, name: None
    title_of: Callable[[str], str] = lambda blocklist: ""
    rules: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def reason(self, row: Asked) -> Reason:
        """Why it was answered."""
        return leaks.reason(row, self.holders_of(row.name), self.past, self.blocking)

    def about(self, reason: Reason) -> dict[str, Any]:
        """What its list is called; of a rule of the home its number (0: it is gone) and scope."""
        if reason.cause is Cause.RULE:
            number, scope = self.rules.get(reason.rule, (0, ""))
            return {"title": "", "rule_id": number, "scope": scope}
        return {"title": self.title_of(reason.blocklist) if reason.blocklist else "", "rule_id": 0,
                "scope": reason.scope}  # fmt: skip


def judge_of(state: Path, from_us: int) -> Judge:
    """Of all times from then on."""
    path = state / "config.db"
    if not path.exists():
        return Judge()
    try:
        with closing(connect(path, read_only=True)) as config:
            holders = Holders.open(state, config)
            past = past_of(config, (from_us - leaks.GRACE_US) // SECOND_US)
            return Judge(past, cache(holders.of), blocking(config), cache(holders.title), allow_rules(config))
    except (CorruptIndex, sqlite3.Error, OSError):
        return Judge()
