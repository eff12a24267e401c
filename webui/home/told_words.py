# SPDX-License-Identifier: GPL-3.0-or-later
"""What a device tells a company, in words, from the names that it asks for. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum

from store.base.sentences import Sentence, say
from store.log.values import CompanyName
from store.names.purpose import Purpose


class Report(StrEnum):
    """What is told."""

    SCREEN = "screen"  # what a television shows, recognised picture by picture
    USE = "use"
    ADS = "ads"
    FAULTS = "faults"
    UNKNOWN = "unknown"


# Names, with all below them, by which televisions tell what they show (automatic content recognition). Each stands in a
# vendor pack or below a name that does, as tests hold.
SCREEN_NAMES = (
    "samsungacr.com", "acr-eu-prd.samsungcloud.tv", "acr-us-prd.samsungcloud.tv", "acr0.samsungcloudsolution.com",
    "acrdb.alphonso.tv", "acr.roku.com",
)  # fmt: skip
_OF_PURPOSE = {Purpose.ANALYTICS.value: Report.USE, Purpose.ADS.value: Report.ADS, Purpose.CRASH.value: Report.FAULTS}


def report_of(names: Iterable[CompanyName]) -> Report:
    """What most queries for these names tell; of equals what comes first above."""
    queries = Counter[Report]()
    for name in names:
        queries[_told(name)] += name.queries
    order = list(Report)
    return min(queries, key=lambda report: (-queries[report], order.index(report)), default=Report.UNKNOWN)


def tried(report: Report, **values: object) -> Sentence:
    """That a device tried so many times to tell it; values: device, times, company, outcome."""
    return _TRIED[report](**values)


def _told(name: CompanyName) -> Report:
    if any(name.name == suffix or name.name.endswith(f".{suffix}") for suffix in SCREEN_NAMES):
        return Report.SCREEN
    return _OF_PURPOSE.get(name.purpose, Report.UNKNOWN)


_TRIED: dict[Report, Callable[..., Sentence]] = {
    Report.SCREEN: lambda **values: say(
        "{device} tried {times} to report to {company} what is on screen: {outcome}.", **values
    ),
    Report.USE: lambda **values: say(
        "{device} tried {times} to report to {company} how it is used: {outcome}.", **values
    ),
    Report.ADS: lambda **values: say(
        "{device} tried {times} to reach the advertising of {company}: {outcome}.", **values
    ),
    Report.FAULTS: lambda **values: say("{device} tried {times} to report faults to {company}: {outcome}.", **values),
    Report.UNKNOWN: lambda **values: say("{device} tried {times} to report to {company}: {outcome}.", **values),
}
