# SPDX-License-Identifier: GPL-3.0-or-later
"""The findings that pages show beside what they are about: Home the new ones, a device's page its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from evidence.base import evidence_file
from evidence.findings import finding_lines, finding_rows
from evidence.findings.finding import FindingState
from evidence.findings.finding_lines import FindingLine
from evidence.findings.finding_rows import LOUD, FindingFilter
from store.base.store_errors import StoreError

SHOWN = 5


def of_home(state: Path, names: Mapping[int, str]) -> list[FindingLine]:
    """The latest new ones that are loud enough to be told unasked; `names`: of devices."""
    return _lines(state, FindingFilter(states=(FindingState.NEW,), least=LOUD), names)


def of_device(state: Path, device: int, names: Mapping[int, str]) -> list[FindingLine]:
    """The latest of a device, but for what is done or muted."""
    return _lines(state, FindingFilter(device=device, states=(FindingState.NEW, FindingState.SEEN)), names)


def _lines(state: Path, wanted: FindingFilter, names: Mapping[int, str]) -> list[FindingLine]:
    """None where evidence cannot be read: the page has other things to show."""
    try:
        with closing(evidence_file.open_reader(state)) as con:
            return finding_lines.lines(finding_rows.findings(con, wanted, SHOWN), names)
    except (sqlite3.Error, StoreError):
        return []
