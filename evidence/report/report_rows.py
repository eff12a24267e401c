# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows that a JSON report carries, against the digests of their days that it carries too. Pure."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from evidence.chain.day_digest import DAY_US
from evidence.chain.verify import Fault, What
from evidence.report import row_digests


class ReportLines:
    """As a day's lines in the log; rows that are none are left out, and so are missed."""

    def __init__(self, rows: list[Any]) -> None:
        self._lines = sorted(
            (row[0], json.dumps(row, separators=(",", ":")).encode("ascii") + b"\n")
            for row in rows if isinstance(row, list) and row and isinstance(row[0], int)
        )  # fmt: skip

    def between(self, from_us: int, to_us: int) -> Iterator[tuple[int, bytes]]:
        """(time in µs, line) of each row, in order."""
        for place in range(bisect_left(self._lines, (from_us, b"")), len(self._lines)):
            if self._lines[place][0] >= to_us:
                return
            yield self._lines[place]


def misfits(values: dict[str, Any]) -> Iterator[Fault]:
    """The rows at fault, by day. Of days of which the report has not all rows nothing is said."""
    rows = values.get("rows")
    if not isinstance(rows, list):
        yield Fault(int(values["range"]["from_us"]) // DAY_US, What.DAY)
        return
    lines, left_out = ReportLines(rows), int(values.get("rows_left_out", 0))
    for each in values["days"]:
        if left_out > 0:
            left_out -= each["rows"]
            continue
        begin_us, end_us = each["day"] * DAY_US, (each["day"] + 1) * DAY_US
        yield from row_digests.misfits_of_day(lines, each["day"], begin_us, end_us, each)
