# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report's device, or each of its devices, asks for at a beat: with the times, for the picture of it."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from evidence.findings import beacons
from evidence.report_counts.subject import Subject
from store.log.rollup_tables import HOUR_US
from store.sums.lookups import ADDRESS_TYPES, TOGETHER_US

SECOND_US = 1_000_000
WINDOW_US = 28 * 24 * HOUR_US  # before the end of the range
MAX_PAIRS = 120  # of device and name that are looked at: tracking first, the most asked first
LEAST_LOOKUPS, LEAST_IDLE = 12, 6  # of a name; while nobody uses the device fewer are enough
MAX_BEATS = 20  # that are told
MAX_TIMES = 200_000  # read at once, 28 bytes each, of which the beats' own judge takes 20,000 of a name
TICK_DAYS = 7  # that the picture shows, the last ones
MAX_TICKS = 3_000  # of one name

_SQL = f"""
    WITH asked AS (
        SELECT {{device}} AS device, r.name_id AS name, r.time_us AS at,
               coalesce(o.type, 0) IN {ADDRESS_TYPES} AS address
        FROM records r LEFT JOIN clients c ON c.id = r.client_id LEFT JOIN outcomes o ON o.id = r.outcome_id
        WHERE r.time_us >= ?1 - {TOGETHER_US} AND r.time_us < ?2 AND r.{{mine}}
            AND r.name_id IN (SELECT value FROM json_each(?4))
    ), timed AS (
        SELECT *, NOT address OR at - lag(at, 1, 0) OVER (PARTITION BY device, name, address ORDER BY at)
                  > {TOGETHER_US} AS begins
        FROM asked
    )
    SELECT device, name, at / {SECOND_US} FROM timed WHERE at >= ?1 AND begins ORDER BY at"""  # noqa: S608 - fixed text


def beats(
    log: sqlite3.Connection, subject: Subject, names: Iterable[int], from_us: int, to_us: int, *, idle: bool = False
) -> dict[tuple[int, int], dict[str, Any]]:
    """(device, name) → the beat and its times, of the last weeks of a range; names as ids, what matters first.

    idle: nobody used the device then. Raises sqlite3.Error.
    """
    chosen, times = list(names)[:MAX_PAIRS], dict[tuple[int, int], list[int]]()
    device = "0" if subject.clients is not None else "coalesce(c.device_id, 0)"
    sql = _SQL.format(device=device, mine=subject.where.replace("?", "?3"))
    begin_us = max(from_us, to_us - WINDOW_US)
    rows = log.execute(sql, (begin_us, to_us, *subject.values, json.dumps(chosen)))
    for device_id, name, second in rows:
        # Devices that nobody knows are of many, and their times are no series.
        if device_id or subject.clients is not None:
            known = times.setdefault((device_id, name), [])
            if len(known) < MAX_TIMES:
                known.append(second)
    beats_by_pair: dict[tuple[int, int], dict[str, Any]] = {}
    for pair, seconds in sorted(times.items(), key=lambda item: chosen.index(item[0][1])):
        if len(seconds) >= (LEAST_IDLE if idle else LEAST_LOOKUPS) and len(beats_by_pair) < MAX_BEATS:
            offset = time.localtime(seconds[-1]).tm_gmtoff
            beat = beacons.beat_of(seconds, offset, idle)
            if beat is not None:
                beats_by_pair[pair] = {**asdict(beat), "night": beat.night, "day": beat.day, "lookups": len(seconds),
                              "ticks": ticks(seconds, to_us // SECOND_US)}  # fmt: skip
    return beats_by_pair


def ticks(seconds: Iterable[int], end_s: int) -> dict[str, list[int]]:
    """Day of this machine's zone → seconds of that day at which look-ups began, of the last days, and no more than
    MAX_TICKS, the latest."""
    by_day: dict[str, list[int]] = {}
    within = [at for at in seconds if at >= end_s - TICK_DAYS * 86_400][-MAX_TICKS:]
    for at in within:
        local = time.localtime(at)
        day = f"{local.tm_year:04}-{local.tm_mon:02}-{local.tm_mday:02}"
        by_day.setdefault(day, []).append(local.tm_hour * 3600 + local.tm_min * 60 + local.tm_sec)
    return by_day

