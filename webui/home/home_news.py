# SPDX-License-Identifier: GPL-3.0-or-later
"""What is new in the home this week, and what wants a look, each in a few lines. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evidence.findings.finding_lines import FindingLine
from store.base.process_parts import State
from store.base.sentences import say
from store.config.devices import DeviceRow, display_name
from store.health.problem import Problem
from webui.home.cure_ways import Way, way
from webui.home.folded_findings import Fold
from webui.views import formatting
from webui.views.relief_view import RequestLine

SHOWN = 5
WEEK_SECONDS = 7 * 86_400
SETTLING_SECONDS = 86_400  # a day after the first query, all that the home has had asked


@dataclass(frozen=True, slots=True)
class News:
    """A sentence, since when (Unix seconds), and where it leads."""

    sentence: str
    seconds: float
    href: str


@dataclass(frozen=True, slots=True)
class Want:
    """One thing that wants a look: a problem, a request or findings that one act ends; the others are None."""

    problem: Problem | None = None
    asked: RequestLine | None = None
    found: Fold | None = None

    def way(self) -> Way:
        """Where a problem is cured."""
        return way(self.problem.id if self.problem else "")


def wants(problems: Iterable[Problem], asked: Iterable[RequestLine], folds: Iterable[Fold]) -> list[Want]:
    """In this order: what is ill, what somebody waits for, what was found."""
    return [
        *(Want(problem=problem) for problem in problems if problem.state is not State.OK),
        *(Want(asked=line) for line in asked),
        *(Want(found=fold) for fold in folds),
    ]


def news(
    devices: Sequence[DeviceRow], companies: Iterable[FindingLine], begun: float | None, now: float
) -> list[News]:
    """The latest first; companies: findings of companies that a device asked for the first time. A device is new a day
    after the log's first record (`begun`, Unix seconds) or later."""
    if begun is None:
        return []
    since = max(now - WEEK_SECONDS, begun + SETTLING_SECONDS)
    lines = [
        News(say("{device} is new in the home.", device=formatting.visible(display_name(device))), device.first_seen,
             f"/devices/{device.id}")
        for device in devices if device.first_seen >= since
    ]  # fmt: skip
    lines += [News(line.sentence, line.first, line.rows) for line in companies if line.first >= since]
    return sorted(lines, key=lambda line: -line.seconds)
