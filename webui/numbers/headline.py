# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences above the numbers: what was asked, how much of it was tracking, and who reported to whom. Pure.

"Reports to" is said of tracking alone, and in look-ups: what an app did once, whatever it took in queries.
"""

from __future__ import annotations

from dataclasses import dataclass

from store.base.sentences import say, say_count, together
from store.log.values import KindCounts, Reported, Summary
from webui.views import formatting


@dataclass(frozen=True, slots=True)
class Reporter:
    """The device and company with the most look-ups of tracking between them."""

    device: str
    reported: Reported


def headline(summary: Summary, when: str, reporter: Reporter | None) -> str:
    """A few sentences on the home in a time; `when` begins them ("Today", "In the last 7 days")."""
    if not summary.queries:
        return say("{when} no device has asked anything.", when=when)
    known = say_count(summary.devices, "{count:,} device", "{count:,} devices")
    devices = known if summary.devices else say("devices not known yet")
    counts = _asked(summary, when)
    asked = say("{when} {devices} asked for {names}, {times} in all; {blocked}.", devices=devices, **counts)
    most = [_most_of_home(reporter)] if reporter else []
    return together(asked, *_failed(summary), tracking_said(summary), *most)


def tracking_said(summary: Summary) -> str:
    """How much of what was asked is known as tracking, and what became of it."""
    tracking = summary.tracking
    if not tracking.lookups:
        return say("None of that is known as tracking.")
    become = outcome(tracking.lookups, tracking.lookups_blocked, tracking.lookups_failed)
    return say_count(
        tracking.lookups,
        "{count:,} look-up was for tracking: {outcome}.", "{count:,} look-ups were for tracking: {outcome}.",
        outcome=become,
    )  # fmt: skip


def outcome(lookups: int, blocked: int, failed: int) -> str:
    """What became of look-ups: "all stopped", "135 stopped and 4 got through"."""
    through = lookups - blocked - failed
    if lookups == 1:
        return say("stopped") if blocked else say("failed") if failed else say("got through")
    if lookups in (blocked, failed, through):
        return say("all stopped") if blocked else say("all failed") if failed else say("all got through")
    *some, last = [
        *([say_count(blocked, "{count:,} stopped", "{count:,} stopped")] if blocked else []),
        *([say_count(through, "{count:,} got through", "{count:,} got through")] if through else []),
        *([say_count(failed, "{count:,} failed", "{count:,} failed")] if failed else []),
    ]
    return say("{some} and {last}", some=together(*some, between=", "), last=last)


def outcome_of(counts: KindCounts | Reported) -> str:
    """The same of all that is counted together."""
    if isinstance(counts, Reported):
        return outcome(counts.lookups, counts.blocked, counts.failed)
    return outcome(counts.lookups, counts.lookups_blocked, counts.lookups_failed)


def beside(use: int, unknown: int) -> list[str]:
    """What else was looked up, in sentences: for use, and for what nobody knows; none where there is none."""
    sentences = list[str]()
    if use:
        sentences.append(say_count(use, "{count:,} look-up was for use.", "{count:,} look-ups were for use."))
    if unknown:
        sentences.append(say_count(
            unknown, "Of {count:,} nobody knows what it was for.", "Of {count:,} nobody knows what they were for.",
        ))  # fmt: skip
    return sentences


def failed_said(failed: int) -> str:
    """That some queries got no answer."""
    return say_count(
        failed,
        "{count:,} got no answer, since no upstream gave one.",
        "{count:,} got no answer, since no upstream gave one.",
    )


def _failed(summary: Summary) -> list[str]:
    return [failed_said(summary.failed)] if summary.failed else []


def _asked(summary: Summary, when: str) -> dict[str, str]:
    """The values of a headline."""
    share = formatting.share(summary.blocked, summary.queries)
    blocked = say_count(
        summary.blocked, "{count:,} ({share}) was blocked", "{count:,} ({share}) were blocked", share=share
    )
    return {
        "when": when,
        "names": say_count(summary.names, "{count:,} name", "{count:,} names"),
        "times": say_count(summary.queries, "{count:,} time", "{count:,} times"),
        "blocked": blocked if summary.blocked else say("none were blocked"),
    }


def _most_of_home(reporter: Reporter) -> str:
    device = formatting.visible(reporter.device)
    return say("{device} tried {times} to report to {company}: {outcome}.", device=device, **_tried(reporter.reported))


def _tried(reported: Reported) -> dict[str, str]:
    return {
        "times": say_count(reported.lookups, "{count:,} time", "{count:,} times"),
        "company": formatting.visible(reported.company or formatting.UNKNOWN),
        "outcome": outcome(reported.lookups, reported.blocked, reported.failed),
    }
