# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report says of tracking that was answered: why, what ends it, and the reasons that weigh most. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from evidence.findings import cures
from evidence.findings.finding import Cause, Finding, FindingKind
from evidence.findings.finding_words import CAUSES
from store.base import languages
from store.base.sentences import Sentence, say, say_count

MOST = 3  # reasons that the summary tells


def told(numbers: Mapping[str, Any], language: str) -> list[dict[str, str]]:
    """Of each leak, in their order: `why`, `cure` and `command`, "" where there is none."""
    return [_told(row, language) for row in numbers["leaks"]]


def summary(numbers: Mapping[str, Any]) -> Iterator[Sentence]:
    """The reasons, those of the most look-ups first."""
    causes: Counter[str] = Counter()
    for row in numbers["leaks"]:
        causes[row["cause"]] += row["lookups"]
    for cause, lookups in causes.most_common(MOST):
        if lookups:
            yield say_count(
                lookups,
                "{count:,} answered look-up got through for this reason: {why}",
                "{count:,} answered look-ups got through for this reason: {why}",
                why=CAUSES[Cause(cause)],
            )


def limits(numbers: Mapping[str, Any]) -> Iterator[Sentence]:
    """What no row of the log proves."""
    if numbers["leaks"]:
        yield say("Why tracking was answered is told from the home's history and its lists, as they were when this "
                  "report was made; the rows themselves say it only of pauses, exceptions and rules that "
                  "allow.")  # fmt: skip


def _told(row: Mapping[str, Any], language: str) -> dict[str, str]:
    cause = Cause(row["cause"])
    cure = cures.cure(Finding(
        FindingKind.LEAK, row["device_id"], row["company"], "", tuple(row["most"]), row["first_us"], row["last_us"],
        row["queries"], cause=cause, blocklist=row["blocklist"], list_title=row["title"], level=row["level"],
        scope=row["scope"], rule=row["rule"], rule_id=row["rule_id"],
    ))  # fmt: skip
    return {"why": languages.tell(CAUSES[cause], language), "cure": languages.tell(cure.words, language),
            "command": cure.command}  # fmt: skip
