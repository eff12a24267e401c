# SPDX-License-Identifier: GPL-3.0-or-later
"""What is new this week, and what wants a look: in order, and not what a young home has anyway."""

from dataclasses import replace
from typing import Any

from evidence.findings import finding_lines
from evidence.findings.finding import Finding, FindingKind, FindingState
from evidence.findings.finding_rows import FindingRow
from store.base.process_parts import State
from store.config.devices import DeviceRow
from store.health.problem import Problem
from store.household import requests
from webui.home.folded_findings import Fold
from webui.home.home_news import SETTLING_SECONDS, SHOWN, WEEK_SECONDS, News, Want, news, wants
from webui.views.relief_view import RequestLine

NOW = 1_800_000_000
BEGUN = NOW - 30 * 86_400
OLD = DeviceRow(1, "TV", None, None, (), NOW - WEEK_SECONDS - 1)
FRESH = DeviceRow(2, "Ph\u202eone", None, None, (), NOW - 600)
FOUND = Finding(FindingKind.NEW_COMPANY, 1, "Acme", "Acme", ("a.example",), (NOW - 60) * 10**6, NOW * 10**6, 1)
(LINE,) = finding_lines.lines([FindingRow(7, FOUND, FindingState.NEW, 0, 0)], {1: "TV"})
FOLD = Fold(LINE.sentence, LINE.cure, (LINE,))


def test_new_devices_and_companies_of_a_week_the_latest_first() -> None:
    early = replace(LINE, first=NOW - WEEK_SECONDS - 5)
    company, device = news([OLD, FRESH], [LINE, early], BEGUN, NOW)
    assert company == News(LINE.sentence, NOW - 60, LINE.rows)
    assert (device.seconds, device.href) == (NOW - 600, "/devices/2")
    assert device.sentence.endswith("one is new in the home.") and "\u202e" not in device.sentence


def test_in_a_young_home_not_everything_is_new() -> None:
    assert news([FRESH], [LINE], NOW - SETTLING_SECONDS + 601, NOW) == []
    assert len(news([FRESH], [], NOW - SETTLING_SECONDS - 601, NOW)) == 1
    assert news([FRESH], [LINE], None, NOW) == []


def test_what_is_ill_comes_before_requests_and_findings() -> None:
    ill, note = (Problem(name, state, name, "") for name, state in (("ill", State.DOWN), ("note", State.OK)))
    asked = RequestLine(1, "TV", 1, "a.example", "", NOW, "")
    assert wants([ill, note], [asked], [FOLD]) == [Want(problem=ill), Want(asked=asked), Want(found=FOLD)]


def test_home_shows_five_and_the_rest_folded(visitor: Any) -> None:
    for number in range(SHOWN + 2):
        requests.ask_for(visitor.engine(), 1 + number % 3, f"n{number}.example", "")
    card = visitor.get("/").text.partition('id="attention"')[2].partition("</section>")[0]
    first, _, folded = card.partition('id="more-wants"')
    assert first.count("asks to let") + first.count("problem-") >= SHOWN
    assert first.count("<li ") == SHOWN and "more</summary>" in folded and "asks to let" in folded
