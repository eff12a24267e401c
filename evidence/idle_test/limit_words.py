# SPDX-License-Identifier: GPL-3.0-or-later
"""What an idle test does not show, in sentences: what holds for every one, and what went wrong in this one. Pure."""

from __future__ import annotations

import time

from evidence.base.log_hours import SECOND_US
from evidence.idle_test.result import TestResult
from store.base.sentences import say, say_count

ALWAYS = (
    say("DNS shows which name was asked for and when, not what was sent there; and nothing of what a device reaches "
        "without asking Telltale for a name."),
    say("A device asks again only once its own cache lets go of an answer, so a beat may be shorter than it looks."),
)  # fmt: skip
MINUTE_S = 60


def of_result(result: TestResult) -> list[str]:
    """What went wrong in this test; [] where nothing did."""
    limits, sentences = result.limits, list[str]()
    if result.stopped:
        sentences.append(say("It was stopped before its time."))
    if not result.counts.queries:
        sentences.append(say("The device asked for nothing: it was off, asleep or away, or it asks somebody else."))
    if limits.gone:
        sentences.append(say("The query log had let records of this time go before they were counted."))
    if limits.dropped:
        sentences.append(say_count(
            limits.dropped,
            "{count:,} query of the home was answered and not recorded; it may have been one of this device.",
            "{count:,} queries of the home were answered and not recorded; some may have been of this device.",
        ))  # fmt: skip
    if limits.unnamed:
        sentences.append(say_count(
            limits.unnamed,
            "The name of {count:,} query was not kept, as the privacy settings say: it counts, and stands in no list.",
            "The names of {count:,} queries were not kept, as the privacy settings say: they count, and stand in no "
            "list.",
        ))  # fmt: skip
    sentences += [
        say("Telltale was started again at {time}: what was asked while it was not there is missing.", time=_clock(at))
        for at in limits.restarts
    ]
    sentences += [
        say_count(
            round((to_us - from_us) / SECOND_US / MINUTE_S),
            "Nothing was recorded of any device for {count} minute from {time} on.",
            "Nothing was recorded of any device for {count} minutes from {time} on.",
            time=_clock(from_us),
        )
        for from_us, to_us in limits.silences
    ]
    sentences += [
        say("From {time} on it also asked from {address}, which it did not have at the start: it may have had others.",
            time=_clock(seen.first_us), address=seen.address)
        for seen in limits.addresses if seen.new
    ]  # fmt: skip
    return sentences + _of_blocking(result)


def _of_blocking(result: TestResult) -> list[str]:
    sentences = list[str]()
    if result.limits.changes:
        sentences.append(say_count(
            result.limits.changes,
            "{count} change was made to the home's settings meanwhile.",
            "{count} changes were made to the home's settings meanwhile.",
        ))  # fmt: skip
    if result.unblocked.blocked:
        sentences.append(say_count(
            result.unblocked.blocked,
            "{count:,} query was blocked though blocking was paused: the pause took a moment, or ended early.",
            "{count:,} queries were blocked though blocking was paused: the pause took a moment, or ended early.",
        ))  # fmt: skip
    if result.unblocked_us is not None and result.unblocked_us < result.to_us:
        sentences.append(say("What the device kept in its cache from the half without blocking, it need not ask for in "
                             "the other."))  # fmt: skip
    if result.names_left_out:
        sentences.append(say_count(
            result.names_left_out,
            "{count:,} more name is counted, and not listed.", "{count:,} more names are counted, and not listed.",
        ))  # fmt: skip
    return sentences


def _clock(time_us: int) -> str:
    """In the home's zone."""
    return time.strftime("%H:%M", time.localtime(time_us // SECOND_US))
