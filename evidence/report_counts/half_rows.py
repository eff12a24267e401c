# SPDX-License-Identifier: GPL-3.0-or-later
"""What was asked for while blocking was paused in an idle test, and while it was not: apart. Rows as `report_sql` has.

`halves`: a row each that has any time; `half_names`: a row for each name of each.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from evidence.report_counts import log_measures
from evidence.report_counts.report_numbers import Row, sums
from evidence.report_counts.subject import Subject

OFF, ON = "off", "on"


def halves(
    log: sqlite3.Connection, subject: Subject, span: tuple[int, int], unblocked_us: int | None,
    kind_of: Callable[[int], int], names: Mapping[int, str],
) -> dict[str, list[Row]]:  # fmt: skip
    """Of [from, to); both tables are empty where blocking was never paused. Raises sqlite3.Error and TooMuch."""
    tables: dict[str, list[Row]] = {"halves": [], "half_names": []}
    if unblocked_us is None:
        return tables
    from_us, to_us = span
    parts = (OFF, from_us, min(unblocked_us, to_us)), (ON, max(unblocked_us, from_us), to_us)
    for blocking, begin_us, end_us in parts:
        if begin_us >= end_us:
            continue
        measures = log_measures.measure(log, subject, begin_us, end_us, kind_of)
        tables["halves"].append({"blocking": blocking, **sums(measures.total), "names": len(measures.names)})
        tables["half_names"] += in_order([
            {"blocking": blocking, "name": names.get(number, ""), **sums(summed)}
            for number, summed in measures.names.items()
        ])  # fmt: skip
    return tables


def in_order(rows: list[Row]) -> list[Row]:
    """The most asked first."""
    return sorted(rows, key=lambda row: (-row["lookups"], row["name"]))


def by_name(rows: list[Row]) -> dict[str, dict[str, Any]]:
    """Name → blocking → its row."""
    halves_of: dict[str, dict[str, Any]] = {}
    for row in rows:
        halves_of.setdefault(row["name"], {})[row["blocking"]] = row
    return halves_of
