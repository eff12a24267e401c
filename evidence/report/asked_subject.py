# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether there can be a report of what is asked for, as far as that is known at once, before a process makes it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from blocklists.whose.facts import Facts
from evidence.report import kept_test, report_document
from evidence.report.report_jobs import Wanted
from evidence.report_counts.subject import MAX_TEXT, NoReport
from store.base.sentences import say


def check(state: Path, wanted: Wanted, facts: Callable[[], Facts]) -> None:
    """Raise NoReport for a device or test that is not there, and a company that nobody knows.

    `facts` are asked for where the log has no such company. What cannot be read now, the process tells of.
    """
    try:
        if wanted.test is not None:
            kept_test.test_of(state, wanted.test, time.time_ns() // 1000)
            return
        with closing(report_document.open_log(state)) as log:
            if wanted.device is not None:
                _check_device(log, wanted.device)
            elif wanted.company is not None and not _logged(log, wanted.company) and not facts().has(wanted.company):
                raise NoReport(say("The query log has no name of a company '{company}'.",
                                   company=wanted.company[:MAX_TEXT]))  # fmt: skip
    except sqlite3.Error:
        return


def _check_device(log: sqlite3.Connection, number: int) -> None:
    known = number < 1 << 63 and log.execute("SELECT 1 FROM clients WHERE device_id = ?", (number,)).fetchone()
    if number < 1 or not known:
        raise NoReport(say("The query log has no query of a device {id}.", id=number))


def _logged(log: sqlite3.Connection, company: str) -> bool:
    wanted = company.strip().casefold()
    return any(str(name).casefold() == wanted for (name,) in log.execute("SELECT name FROM companies") if name)
