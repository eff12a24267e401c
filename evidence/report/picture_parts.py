# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of a report, each with its words and with its numbers for readers of text. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from evidence.findings.finding_words import period
from evidence.report import pictures
from evidence.report.html_parts import Markup, Teller
from evidence.report.pictures import Cell
from store.base.sentences import figure, say, say_count
from store.names.purpose import Kind

Values = dict[str, Any]

MAX_PICTURES = 6  # of beats; the others are lines of the table


def hours(values: Values, teller: Teller) -> Iterator[Markup]:
    """When tracking was asked for, else everything: hour by day; with sums by hour of the day as text."""
    rows = values["numbers"]["hours"]
    tracking = [row for row in rows if row["kind"] == Kind.TRACKING.word and row["lookups"]]
    shown, kind = (tracking, "tracking") if tracking else (rows, "unknown")
    if not any(row["lookups"] for row in shown):
        return
    title = say("Tracking by hour and day") if tracking else say("Look-ups by hour and day")
    cells, by_hour = Counter[Cell](), Counter[int]()
    for row in shown:
        cells[Cell(row["day"], row["at"])] += row["lookups"]
        by_hour[row["at"]] += row["lookups"]
    days = values["range"]
    drawn = pictures.hours_by_day(cells, days["first_day"], days["last_day"], teller.tell(title))
    most = say("The darker, the more: the darkest has up to {count:,} look-ups.", count=max(cells.values()))
    sums = "; ".join(f"{hour}:00 {by_hour[hour]:,}" for hour in sorted(by_hour))
    yield teller.heading(title, "hours")
    as_text = teller.text(say("By hour of the day: {sums}", sums=sums))
    words = f"{teller.text(most)} {as_text}"
    yield Markup(f'<figure><div class="{kind}">{drawn}</div><figcaption>{words}</figcaption></figure>\n')


def beats(values: Values, teller: Teller) -> Iterator[Markup]:
    """What was asked for at a beat: a table, and the ticks of the first ones."""
    every = values["beats"]
    if not every:
        return
    yield teller.heading(say("At a beat: programs that report by themselves"))
    yield teller.paragraphs([say("The times of these look-ups show a program rather than a person.")])
    rows = [
        (teller.name(beat["name"], beat["company"] or say("unknown"), *([beat["device"]] if beat["device"] else [])),
         teller.kind(beat["kind"]), say("at least every {period}", period=period(beat["period_s"])),
         _percent(beat["jitter"]), _percent(beat["confidence"]),
         _when(beat),
         beat["lookups"])
        for beat in every
    ]  # fmt: skip
    head = ((say("Name"), "name"), (say("Kind"), ""), (say("Beat"), ""), (say("Jitter"), "n wide"),
            (say("Sure"), "n wide"), (say("When it goes"), ""), (say("Look-ups"), "n"))  # fmt: skip
    yield teller.table(head, rows)
    for beat in [beat for beat in every if beat["ticks"]][:MAX_PICTURES]:
        yield ticks(beat, teller)


def _when(beat: Values) -> str | None:
    """None: its time was too short to tell."""
    if beat["night"] is None:
        return None
    if beat["night"]:
        return say("day and night") if beat["day"] else say("by night")
    return say("by day")


def ticks(beat: dict[str, Any], teller: Teller) -> Markup:
    """One beat's look-ups of its last days, a tick each."""
    count = sum(len(seconds) for seconds in beat["ticks"].values())
    words = say_count(
        count,
        "{name}: the last {count:,} look-up, a tick each, by time of day.",
        "{name}: the last {count:,} look-ups, a tick each, by time of day.",
        name=beat["name"],
    )
    drawn = pictures.beat_ticks(beat["ticks"], teller.tell(words))
    kind = beat["kind"]
    return Markup(f'<figure><figcaption>{teller.text(words)}</figcaption><div class="{kind}">{drawn}</div></figure>\n')


def _percent(share: float) -> str:
    return say("{number}\u00a0%", number=figure(100 * share, ".0f"))
