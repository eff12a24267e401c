# SPDX-License-Identifier: GPL-3.0-or-later
"""A device's story in a sentence, and its trackers with what they are for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from blocklists.whose.facts import Facts, load
from store.log.values import KindCounts, Summary, Top
from webui.devices import device_story
from webui.devices.device_story import Tracker

QUIET = Summary(0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, None, None)
BUSY = replace(
    QUIET, queries=50, names=7, tracking=KindCounts(20, 18, 9, 8, 0, 3), use=KindCounts(20, 0, 12, 0, 0, 2),
    unknown=KindCounts(2, 0, 1, 0, 0, 0),
)  # fmt: skip


@pytest.fixture(scope="module")
def known() -> Facts:
    return load()


def top(company: str | None, lookups: int = 9, blocked: int = 8) -> Top:
    return Top(company, company or "unknown", 20, 18, 0, 0, "tracking", lookups, blocked, 0)


def trackers(known: Facts, *tops: Top) -> list[Tracker]:
    names = [Top("data.mistat.xiaomi.com", "data.mistat.xiaomi.com", 20, 0, 0), Top("?", "?", 1, 0, 0)]
    return device_story.trackers(tops, names, known, 3, "&range=7d")


def test_a_tracker_leads_to_its_page_and_its_rows(known: Facts) -> None:
    [xiaomi] = trackers(known, top("Xiaomi"), top(None))
    assert (xiaomi.lookups, xiaomi.blocked, xiaomi.through, xiaomi.failed) == (9, 8, 1, 0)
    assert xiaomi.page == "/companies/Xiaomi" and xiaomi.purposes == "analytics"
    assert xiaomi.rows == "/queries?device=3&company=Xiaomi&kind=tracking&range=7d"
    [odd] = trackers(known, top("A & B/<x>"))
    assert odd.page == "/companies/A%20%26%20B%2F%3Cx%3E" and odd.purposes == ""


def test_the_story(known: Facts) -> None:
    told = trackers(known, top("Xiaomi"), top("ByteDance"))
    assert device_story.story(BUSY, told, "Today") == (
        "Today it tried 9 times to report to Xiaomi and 2 others: 8 stopped and 1 got through."
    )
    alone = replace(BUSY, tracking=replace(BUSY.tracking, companies=1))
    assert "to report to Xiaomi: 8 stopped" in device_story.story(alone, told, "Today")
    assert "companies that nobody knows" in device_story.story(alone, [], "Today")


def test_a_device_that_does_not_track_or_asks_nothing() -> None:
    assert device_story.story(QUIET, [], "Today") == "Today it has asked nothing."
    useful = replace(BUSY, tracking=KindCounts())
    assert device_story.story(useful, [], "Today") == (
        "Today it asked for 7 names, and for nothing that is known as tracking."
    )


def test_what_stands_beside() -> None:
    assert device_story.beside(BUSY) == "12 look-ups were for use. Of 1 nobody knows what it was for."
    assert device_story.beside(QUIET) == ""
    assert "got no answer" in device_story.beside(replace(QUIET, failed=3))
