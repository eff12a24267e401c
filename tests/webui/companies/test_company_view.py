# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentence of a company's page: reporting is said of tracking alone."""

from dataclasses import replace

from store.log.values import CompanyCounts, CompanyDevice, KindCounts
from webui.companies import company_view

NOTHING = KindCounts()
TRACKED = KindCounts(9, 9, 7, 7)
USED = KindCounts(3, 0, 1)
PHONE = CompanyDevice(1, "Phone", TRACKED, USED, NOTHING, 1, 2)
TV = CompanyDevice(2, "TV", NOTHING, USED, NOTHING, 1, 2)
ACME = CompanyCounts("Acme\u202e", TRACKED, KindCounts(6, 0, 2), KindCounts(1, 0, 1), [PHONE, TV], [], 0, 1, 2)


def test_reporting_and_use_are_told_apart() -> None:
    assert company_view.sentence(ACME, "Today") == (
        "Today 1 device tried 7 times to report to Acme\\u{202e}: all stopped. 2 look-ups were for use. "
        "Of 1 nobody knows what it was for."
    )


def test_who_uses_it_reports_nothing() -> None:
    used = replace(ACME, tracking=NOTHING, unknown=NOTHING, devices=[TV])
    line = company_view.sentence(used, "Today")
    assert line.startswith("Today no device asked Acme") and "report" not in line
    assert company_view.sentence(replace(used, devices=[]), "Today").startswith("Today no device asked for a name of")
