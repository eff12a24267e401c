# SPDX-License-Identifier: GPL-3.0-or-later
"""What a device tells a company, from the names that it asks for."""

import pytest

from blocklists.packs import vendor_packs
from store.log.values import CompanyName
from store.names.purpose import Purpose
from webui.home.told_words import SCREEN_NAMES, Report, report_of, tried


def asked(name: str, purpose: str, queries: int) -> CompanyName:
    return CompanyName(name, "tracking", purpose, queries, 0, 0)


@pytest.mark.parametrize(("names", "report"), [
    ([asked("log-ingestion-eu.samsungacr.com", "analytics", 3), asked("ads.samsung.com", "ads", 2)], Report.SCREEN),
    ([asked("notsamsungacr.com", "analytics", 3)], Report.USE),
    ([asked("log.example", "analytics", 3), asked("a.example", "ads", 2), asked("b.example", "ads", 2)], Report.ADS),
    ([asked("crash.example", "crash", 1), asked("log.example", "analytics", 1)], Report.USE),
    ([asked("crash.example", "crash", 1)], Report.FAULTS),
    ([asked("odd.example", "unknown", 1)], Report.UNKNOWN),
    ([], Report.UNKNOWN),
])  # fmt: skip
def test_the_most_asked_names_say_what_is_told(names: list[CompanyName], report: Report) -> None:
    assert report_of(names) == report


def test_names_of_screens_stand_in_a_vendor_pack_as_analytics() -> None:
    known = {name.name: name.purpose for pack in vendor_packs.load() for name in pack.names}
    assert {known[name] for name in SCREEN_NAMES} == {Purpose.ANALYTICS}


@pytest.mark.parametrize("report", list(Report))
def test_each_is_a_sentence_with_all_values(report: Report) -> None:
    sentence = tried(report, device="TV", times="9 times", company="Acme", outcome="all stopped")
    assert sentence.startswith("TV tried 9 times to ") and "Acme" in sentence and sentence.endswith("all stopped.")
