# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentence at the top of Home: what matters most, in one or two. Pure.

    what is ill                     DNS, lists or upstreams that do not work stand before everything else
    the pair that tried most        a device and a company: what it told, how often, what became of it
    the pair that got most through  of all others; where there is none, what became of all tracking together
    calm                            where nothing tracked
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from store.base.process_parts import State
from store.base.sentences import Sentence, say, say_count
from store.health.problem import Problem
from store.log.values import KindCounts, Summary, TrackingPair
from webui.home.told_words import Report, tried
from webui.numbers import headline
from webui.views import formatting

MOST = 2  # sentences


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The pairs that the sentence tells of, None where there is none."""

    tried: TrackingPair | None = None
    reached: TrackingPair | None = None


def mentioned(pairs: Sequence[TrackingPair]) -> Mentioned:
    """Whom the sentence is about; pairs with both a device and a company that are known stand before all others."""
    if not pairs:
        return Mentioned()
    first = min(pairs, key=lambda pair: (not _known(pair), -pair.lookups))
    others = [pair for pair in pairs if pair is not first and pair.through and _known(pair)]
    return Mentioned(first, max(others, key=lambda pair: pair.through, default=None))


def sentences(
    when: str, summary: Summary, about: Mentioned, report: Report, problems: Iterable[Problem] = ()
) -> list[str]:
    """One or two; `report`: what the pair that tried most tells; `when` begins a sentence ("Today")."""
    ill = [problem.sentence for problem in problems if problem.state is not State.OK][:1]
    return [*ill, *_watched(when, summary, about, report)][:MOST]


def _watched(when: str, summary: Summary, about: Mentioned, report: Report) -> list[str]:
    if not summary.queries:
        return [say("{when} no device has asked anything.", when=when)]
    if about.tried is None:
        return [
            say_count(
                summary.devices,
                "{when} nothing was tracked: {count:,} device asked for nothing that is known as tracking.",
                "{when} nothing was tracked: {count:,} devices asked for nothing that is known as tracking.",
                when=when,
            )
        ]
    first = _tried(about.tried, report)
    if about.reached is not None:
        return [first, _reached(about.reached)]
    rest = summary.tracking.lookups > about.tried.lookups
    return [first, _all(summary.tracking)] if rest else [first]


def _tried(pair: TrackingPair, report: Report) -> Sentence:
    outcome = headline.outcome(pair.lookups, pair.blocked, pair.failed)
    times = say_count(pair.lookups, "{count:,} time", "{count:,} times")
    return tried(report, device=_device(pair), times=times, company=_company(pair), outcome=outcome)


def _reached(pair: TrackingPair) -> Sentence:
    return say_count(
        pair.through,
        "{device} still reached {company} {count:,} time.", "{device} still reached {company} {count:,} times.",
        device=_device(pair), company=_company(pair),
    )  # fmt: skip


def _all(tracking: KindCounts) -> Sentence:
    through = tracking.lookups - tracking.lookups_blocked - tracking.lookups_failed
    if not tracking.lookups_blocked:
        return say_count(
            tracking.lookups,
            "Nothing stopped the {count:,} look-up for tracking.",
            "Nothing stopped the {count:,} look-ups for tracking.",
        )  # fmt: skip
    if through:
        return say_count(
            through,
            "{count:,} look-up for tracking got through in all.", "{count:,} look-ups for tracking got through in all.",
        )  # fmt: skip
    return say_count(
        tracking.lookups,
        "No tracking got through: {count:,} look-up in all.", "No tracking got through: {count:,} look-ups in all.",
    )  # fmt: skip


def _known(pair: TrackingPair) -> bool:
    return pair.device is not None and pair.company is not None


def _device(pair: TrackingPair) -> str:
    return say("A device that is not known") if pair.device is None else formatting.visible(pair.label)


def _company(pair: TrackingPair) -> str:
    return say("companies that are not known") if pair.company is None else formatting.visible(pair.company)
