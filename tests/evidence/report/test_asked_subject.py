# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be reported is refused before any process begins; what is not known at once is left to that."""

from dataclasses import replace
from pathlib import Path

import pytest
from phone_report import FROM_US, TO_US

from blocklists.whose import facts
from evidence.report import asked_subject
from evidence.report.report_jobs import Wanted
from evidence.report_counts.subject import NoReport

pytestmark = pytest.mark.database

PHONE = Wanted(1, None, FROM_US, TO_US, True, "en")


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (replace(PHONE, device=9), "no query of a device 9"),
        (replace(PHONE, device=0), "no query of a device 0"),
        (replace(PHONE, device=10**30), "no query of a device 1000"),
        (replace(PHONE, device=None, company="Nobody Ltd"), "no name of a company 'Nobody Ltd'"),
        (replace(PHONE, device=None, company=""), "no name of a company ''"),
        (replace(PHONE, device=None, test=3), "There is no idle test 3"),
    ],
)
def test_what_is_not_there(phone: Path, wanted: Wanted, why: str) -> None:
    with pytest.raises(NoReport, match=why):
        asked_subject.check(phone, wanted, facts.load)


@pytest.mark.parametrize("wanted", [PHONE, replace(PHONE, device=None, company=" xiaomi ")])
def test_what_is_there(phone: Path, wanted: Wanted) -> None:
    asked_subject.check(phone, wanted, facts.load)


def test_what_cannot_be_read_is_left_to_the_process(phone: Path) -> None:
    (phone / "querylog.db").write_bytes(b"no database" * 500)
    asked_subject.check(phone, PHONE, facts.load)
