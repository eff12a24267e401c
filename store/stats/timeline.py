# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts along the time: the hours of days, the minutes of hours, and records where a step ends within a minute."""

import json
from collections.abc import Generator, Iterable, Iterator

from store.log.gap_sums import Span
from store.log.in_gaps import records_of
from store.log.records import counted_sql
from store.log.rollup_tables import DAY_US, HOUR_US, HOURS, MINUTE_US, is_alone
from store.log.timespan import Timespan, block_span
from store.names.purpose import Kind
from store.stats import company_counts
from store.sums import counts, packed

Counted = tuple[int, int, int]
"""(number of the step, verdict, count); the same step may come several times"""


ALL, TRACKING = "moments", "tracking"  # sections


def steps(timespan: Timespan, from_us: int, step_us: int, section: str = ALL) -> Iterator[Counted]:
    """All that the timespan holds, or what of it is tracking, by steps of this length from from_us on."""
    if section == TRACKING:
        timespan = timespan.known
    hours: set[int] = set(timespan.hours)
    gaps = list(timespan.gaps) if timespan.in_gaps.sums() is None else []
    for at_us, verdict, count in _moments(timespan, section, timespan.of[1], timespan.days):
        step = _step(at_us, at_us + HOUR_US, from_us, step_us)
        if step is None:
            hours.add(at_us // HOUR_US)  # a step ends within it: its minutes must say, or its records
        else:
            yield step, verdict, count
    alone = {day for day in {hour // 24 for hour in hours - set(timespan.hours)}
             if is_alone(timespan.con, timespan.of, day)}  # fmt: skip
    gaps += (block_span(HOURS, hour) for hour in sorted(hours) if hour // 24 in alone)
    split: set[int] = set()
    for at_us, verdict, count in _moments(timespan, section, timespan.of[0], sorted(hours)):
        step = _step(at_us, at_us + MINUTE_US, from_us, step_us)
        if step is None:
            split.add(at_us)
        else:
            yield step, verdict, count
    gaps += ((at_us, at_us + MINUTE_US) for at_us in sorted(split))
    gaps += yield from _minutes(timespan, section, from_us, step_us)
    yield from _records(timespan, section, gaps, from_us, step_us)


def _minutes(
    timespan: Timespan, section: str, from_us: int, step_us: int
) -> Generator[Counted, None, list[Span]]:  # fmt: skip
    """The minutes of gaps that are added up; returns those within which a step ends: their records must say."""
    split = set[Span]()
    for part, client in timespan.in_gaps.by_house():
        moments = part.known[client].tracking if section == TRACKING else part.counts[client].moments
        for minute, verdict, count in packed.unpacked(moments.items()):
            at_us = part.hour * HOUR_US + minute * MINUTE_US
            step = _step(at_us, at_us + MINUTE_US, from_us, step_us)
            if step is None:
                split.add((max(at_us, part.span[0]), min(at_us + MINUTE_US, part.span[1])))
            else:
                yield step, verdict, count
    return sorted(split)


def _moments(timespan: Timespan, section: str, level: int, blocks: Iterable[int]) -> Iterator[Counted]:
    block_us, moment_us = (DAY_US, HOUR_US) if level == timespan.of[1] else (HOUR_US, MINUTE_US)
    for block, data in timespan.parts(level, blocks, section):
        for moment, verdict, count in packed.unpacked(counts.unpack(data)):
            yield block * block_us + moment * moment_us, verdict, count


def _step(at_us: int, end_us: int, from_us: int, step_us: int) -> int | None:
    """The step that all of this stretch lies in, None when there is none."""
    step = (at_us - from_us) // step_us
    return step if (end_us - 1 - from_us) // step_us == step else None


def _records(
    timespan: Timespan, section: str, gaps: Iterable[Span], from_us: int, step_us: int
) -> Iterator[Counted]:
    where, values = records_of(timespan.clients)
    if section == TRACKING:
        tracking = company_counts.of_kind(company_counts.companies(timespan.con), Kind.TRACKING.word)
        where += " AND (SELECT company_id FROM names WHERE id = name_id) IN (SELECT value FROM json_each(?))"
        values = (*values, json.dumps(list(tracking)))
    for span in gaps:
        yield from timespan.con.execute(
            f"""SELECT g.step, {counted_sql("o")}, g.n FROM
                (SELECT (time_us - ?) / ? AS step, outcome_id, count(*) AS n FROM records {where} GROUP BY 1, 2) g
                JOIN outcomes o ON o.id = g.outcome_id""",  # noqa: S608 - only fixed text is put in
            (from_us, step_us, *span, *values),
        )
