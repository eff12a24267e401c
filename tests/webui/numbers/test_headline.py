# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences above the numbers: true, in look-ups, and "report to" of tracking alone."""

from dataclasses import replace

import pytest

from store.log.values import KindCounts, Reported, Summary
from webui.numbers import headline
from webui.numbers.headline import Reporter

NONE = Summary(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, None, None)
TRACKING = KindCounts(queries=900, blocked=880, lookups=611, lookups_blocked=600, companies=2)
SOME = replace(NONE, queries=4213, names=812, blocked=1204, passed=3009, devices=6, tracking=TRACKING)


def said(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_headline() -> None:
    reporter = Reporter("Redmi Note 13", Reported("Xiaomi", 611, 600))
    assert said(headline.headline(SOME, "Today", reporter)) == (
        "Today 6 devices asked for 812 names, 4,213 times in all; 1,204 (29 %) were blocked. "
        "611 look-ups were for tracking: 600 stopped and 11 got through. "
        "Redmi Note 13 tried 611 times to report to Xiaomi: 600 stopped and 11 got through."
    )


def test_who_only_uses_reports_to_nobody() -> None:
    used = replace(SOME, tracking=KindCounts(), use=KindCounts(queries=4213, lookups=2000, companies=3))
    assert said(headline.headline(used, "Today", None)).endswith(
        "1,204 (29 %) were blocked. None of that is known as tracking."
    )
    assert "report" not in headline.headline(used, "Today", None)


def test_headline_of_a_quiet_house() -> None:
    assert headline.headline(NONE, "In the last hour", None) == "In the last hour no device has asked anything."


def test_headline_does_not_invent_devices() -> None:
    assert "devices not known yet asked for" in headline.headline(replace(SOME, devices=0), "Today", None)


@pytest.mark.parametrize(
    ("lookups", "blocked", "failed", "end"),
    [
        (611, 0, 0, "611 times to report to Xiaomi: all got through."),
        (611, 611, 0, "611 times to report to Xiaomi: all stopped."),
        (611, 0, 611, "611 times to report to Xiaomi: all failed."),
        (611, 600, 4, "611 times to report to Xiaomi: 600 stopped, 7 got through and 4 failed."),
        (1, 1, 0, "1 time to report to Xiaomi: stopped."),
        (1, 0, 0, "1 time to report to Xiaomi: got through."),
        (1, 0, 1, "1 time to report to Xiaomi: failed."),
    ],
)
def test_headline_on_what_became_of_it(lookups: int, blocked: int, failed: int, end: str) -> None:
    reported = Reported("Xiaomi", lookups, blocked, failed)
    assert headline.headline(SOME, "Today", Reporter("A", reported)).endswith(end)
    assert headline.outcome_of(reported) == headline.outcome_of(KindCounts(0, 0, lookups, blocked, failed))


def test_one_query_reads_well() -> None:
    one = replace(NONE, queries=1, names=1, blocked=1, devices=1, tracking=KindCounts(1, 1, 1, 1))
    assert said(headline.headline(one, "Today", None)) == (
        "Today 1 device asked for 1 name, 1 time in all; 1 (100 %) was blocked. 1 look-up was for tracking: stopped."
    )
    assert "none were blocked" in headline.headline(replace(one, blocked=0), "Today", None)


def test_what_is_no_tracking_is_said_where_there_is_any() -> None:
    assert headline.beside(0, 0) == []
    assert headline.beside(1, 0) == ["1 look-up was for use."]
    assert headline.beside(2, 3) == ["2 look-ups were for use.", "Of 3 nobody knows what they were for."]


def test_failures_are_told() -> None:
    assert "1 got no answer" in str(headline.headline(replace(NONE, queries=3, failed=1), "Today", None))
