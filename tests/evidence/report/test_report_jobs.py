# SPDX-License-Identifier: GPL-3.0-or-later
"""A process makes the report, and says why where it cannot."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from phone_report import FROM_US, TO_US

from evidence.report import report_jobs, sealed
from evidence.report.report_jobs import Wanted
from evidence.whatif.whatif_jobs import Failed, WhatIfJobs

pytestmark = [pytest.mark.process, pytest.mark.database]


@pytest.fixture
def jobs() -> Iterator[WhatIfJobs]:
    jobs = WhatIfJobs()
    yield jobs
    jobs.close()


@pytest.mark.parametrize("html", [True, False])
def test_a_report_is_written(jobs: WhatIfJobs, phone: Path, tmp_path: Path, html: bool) -> None:
    wanted, path = Wanted(1, None, FROM_US, TO_US, html, "en"), tmp_path / "report"
    with path.open("wb") as out:
        made = report_jobs.start(jobs, phone, os.environ, wanted, out).wait()
    assert made is not None and made.title == "Redmi Note 12" and len(made.summary) > 4
    opened = sealed.opened(path.read_bytes())
    assert opened.whole and made.sha256.encode() in path.read_bytes()[-90:]
    assert (opened.html is not None) == html
    assert opened.values is not None and ("rows" in opened.values) != html


@pytest.mark.parametrize(("device", "why"), [(9, "no query of a device 9"), (10**30, "has a number that large")])
def test_why_there_is_none(jobs: WhatIfJobs, phone: Path, tmp_path: Path, device: int, why: str) -> None:
    wanted = Wanted(device, None, FROM_US, TO_US, True, "en")
    with (tmp_path / "report").open("wb") as out, pytest.raises(Failed, match=why):
        report_jobs.start(jobs, phone, os.environ, wanted, out).wait()


def test_the_name_of_a_file_is_plain() -> None:
    assert report_jobs.file_name("Redmi Note 12", "2026-11-29", True) == "telltale-redmi-note-12-2026-11-29.html"
    assert report_jobs.file_name("../\u202e\n\"; x", "2026-11-29", False) == "telltale-x-2026-11-29.json"
    assert report_jobs.file_name("电话", "2026-11-29", False) == "telltale-report-2026-11-29.json"
