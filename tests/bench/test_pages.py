# SPDX-License-Identifier: GPL-3.0-or-later
"""Which pages and calls are timed: one of each kind, and the API's statistics in every period."""

from bench.measures import pages


def test_of_pages_that_differ_in_a_number_or_a_name_one_is_timed() -> None:
    devices = ["/devices/1", "/devices/2", "/devices/3?range=7d"]
    found = ["/", *devices, "/queries?name=a.org", "/queries?name=b.org", "/rules"]
    assert pages.one_of_each(found) == ["/", "/devices/1", "/devices/3?range=7d", "/queries?name=a.org", "/rules"]


def test_statistics_are_asked_for_in_every_period() -> None:
    assert pages.variants("/stats/summary", {"from", "to"}) == [
        f"/stats/summary?from={period}" for period in pages.PERIODS
    ]
    assert len(pages.variants("/stats/top", {"from", "of", "verdict"})) == len(pages.PERIODS) * (len(pages.TOPS) + 1)
    assert pages.variants("/rules", set()) == ["/rules"]
