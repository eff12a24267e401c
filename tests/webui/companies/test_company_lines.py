# SPDX-License-Identifier: GPL-3.0-or-later
"""Companies as lines: tracking first, with how many devices report; what nobody knows is no company."""

from __future__ import annotations

from store.log.values import Top, TrackingPair
from webui.companies import company_lines


def top(company: str | None, kind: str, lookups: int, blocked: int = 0) -> Top:
    return Top(company, company or "unknown", lookups, blocked, 0, 0, kind, lookups, blocked, 0)


TOPS = [top("Acme", "use", 50), top("Acme", "tracking", 9, 8), top("Big & <Co>", "tracking", 20, 20),
        top("Quiet", "unknown", 3), top(None, "unknown", 7), top(None, "tracking", 2)]  # fmt: skip
PAIRS = [TrackingPair(1, "TV", "Acme", 5, 5), TrackingPair(2, "Phone", "Acme", 4, 3), TrackingPair(1, "TV", None, 2, 0),
         TrackingPair(None, "unknown", "Big & <Co>", 20, 20)]  # fmt: skip


def test_tracking_first_with_what_became_of_it() -> None:
    big, acme, quiet = company_lines.lines(TOPS, PAIRS, {"Quiet"})
    assert (big.company, big.tracking, big.blocked, big.through, big.devices) == ("Big & <Co>", 20, 20, 0, 1)
    assert (acme.tracking, acme.through, acme.use, acme.devices, acme.new) == (9, 1, 50, 2, False)
    assert (quiet.tracking, quiet.unknown, quiet.devices, quiet.new) == (0, 3, 0, True)
    assert big.page == "/companies/Big%20%26%20%3CCo%3E"
    assert company_lines.unknown(TOPS) == 9


def test_searching() -> None:
    lines = company_lines.lines(TOPS, PAIRS, set())
    assert [line.company for line in company_lines.matching(lines, "co BIG")] == ["Big & <Co>"]
    assert len(company_lines.matching(lines, "")) == 3 and not company_lines.matching(lines, "none")


def test_the_sentence() -> None:
    lines = company_lines.lines(TOPS, PAIRS, set())
    assert company_lines.sentence(lines, "Today") == (
        "Today your devices talked to 3 companies; 2 tracked them, in 29 look-ups: 28 stopped and 1 got through."
    )
    assert "to none for tracking" in company_lines.sentence(lines[2:], "Today")
    assert company_lines.sentence([], "Today") == "Today no device asked for a name of a known company."
