# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers of a report, from what its rows add up to and whose its names are. Pure.

They are plain values, as the report's JSON has them; rows are dicts whose keys are the columns of `report_sql`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from blocklists.whose.facts import Whose
from evidence.report_counts.log_measures import Measures, Sum
from evidence.report_counts.report_sql import SUMS
from store.log.rollup_tables import HOUR_US
from store.names.purpose import Kind

SECOND_US = 1_000_000
MAX_NAMES = 20_000  # of a report's file, some 300 bytes each; the most asked
KINDS = (Kind.TRACKING, Kind.USE, Kind.UNKNOWN)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """What ids of the log stand for."""

    names: Mapping[int, str]
    whose: Mapping[int, Whose]
    devices: Mapping[int, str]
    lists: Mapping[int, tuple[str, str]]  # key and title


def numbers(measures: Measures, words: Words) -> dict[str, Any]:
    """All tables of a report, each by a key of `report_sql`; `names_left_out`: how many are not in `names`."""
    names = _names(measures, words)
    return {
        "total": {**sums(measures.total), "names": len(names), "imported": measures.imported,
                  "first_us": measures.total.first_us, "last_us": measures.total.last_us},
        **grouped(names),
        "names_left_out": max(0, len(names) - MAX_NAMES),
        "hours": _hours(measures),
        "lists": sorted(
            ({"list": words.lists.get(number, (None, ""))[0], "title": words.lists.get(number, (None, ""))[1],
              "lookups": lookups} for number, lookups in measures.lists.items()),
            key=lambda row: (-row["lookups"], row["list"] or ""),
        ),
        "devices": _devices(measures, words),
    }  # fmt: skip


def zone(now_us: int) -> str:
    """This machine's zone, as people read it."""
    local = time.localtime(now_us // SECOND_US)
    return f"{time.strftime('%Z', local)}, UTC{time.strftime('%z', local)[:3]}:{time.strftime('%z', local)[3:]}"


def grouped(names: list[Row]) -> dict[str, list[Row]]:
    """The tables that come of all rows of names: by kind, by company, and the first of the names themselves."""
    return {
        "kinds": [{"kind": kind.word, **_added([row for row in names if row["kind"] == kind.word])} for kind in KINDS],
        "companies": _companies(names),
        "names": names[:MAX_NAMES],
    }


def span_of(from_us: int, to_us: int, unblocked_us: int | None) -> Row:
    """The range of a report; before `unblocked_us` blocking was paused (None: never)."""
    return {
        "from": moment(from_us), "to": moment(to_us), "from_us": from_us, "to_us": to_us,
        "first_day": moment(from_us)[:10], "last_day": moment(to_us - 1)[:10], "unblocked_us": unblocked_us,
    }  # fmt: skip


def sums(summed: Sum) -> Row:
    """By the columns that count look-ups."""
    values = asdict(summed)
    return {column: values[column] for column in SUMS}


def moment(time_us: int) -> str:
    """To the minute, by the clock of this machine's zone."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(time_us // SECOND_US))


def _names(measures: Measures, words: Words) -> list[Row]:
    """Tracking first, then by look-ups."""
    rows = []
    for number, summed in measures.names.items():
        whose = words.whose[number]
        rows.append({
            "name": words.names.get(number, ""), "company": whose.company, "product": whose.product,
            "purpose": whose.purpose.value, "kind": whose.kind.word, "country": whose.country,
            "matched": whose.matched, "source": whose.source, **sums(summed), "first_us": summed.first_us,
            "last_us": summed.last_us, "first": moment(summed.first_us), "last": moment(summed.last_us),
        })  # fmt: skip
    return sorted(rows, key=lambda row: (row["kind"] != Kind.TRACKING.word, -row["lookups"], row["name"]))


def _companies(names: list[Row]) -> list[Row]:
    """By company and kind, the most look-ups first."""
    groups: dict[tuple[str | None, str], list[Row]] = {}
    for row in names:
        groups.setdefault((row["company"], row["kind"]), []).append(row)
    rows = [
        {"company": company, "kind": kind, "country": next((row["country"] for row in group if row["country"]), None),
         **_added(group)}
        for (company, kind), group in groups.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row["lookups"], row["company"] or "", row["kind"]))


def _hours(measures: Measures) -> list[Row]:
    """`day` and `at`: where the hour, which is of UTC, begins by the clock of this machine's zone."""
    rows = []
    for key in sorted(measures.hours):
        local = time.localtime(key.hour * HOUR_US // SECOND_US)
        day = time.strftime("%Y-%m-%d", local)
        rows.append({"hour": key.hour, "day": day, "at": local.tm_hour, "kind": Kind(key.kind).word,
                     "lookups": measures.hours[key]})  # fmt: skip
    return rows


def _devices(measures: Measures, words: Words) -> list[Row]:
    return sorted(
        ({"device_id": device, "device": words.devices.get(device), "kind": Kind(kind).word, **sums(summed)}
         for (device, kind), summed in measures.devices.items()),
        key=lambda row: (-row["lookups"], row["device_id"], row["kind"]),
    )  # fmt: skip


def _added(rows: list[Row]) -> Row:
    return {**{column: sum(row[column] for row in rows) for column in SUMS}, "names": len(rows)}
