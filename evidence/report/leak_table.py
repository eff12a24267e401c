# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of a report about tracking that got through, with the reason and what ends it. Pure."""

from __future__ import annotations

from typing import Any

from evidence.report.html_parts import Markup, Teller
from evidence.report_counts.subject import About
from store.base.sentences import say, say_count

MAX_ROWS = 40  # of the table; the rest is in the data
SHOWN_NAMES = 3  # of a leak

Values = dict[str, Any]


def leaks(values: Values, teller: Teller) -> Markup:
    """By company, in a report of a company by device; the most look-ups first. "" where nothing got through."""
    rows = [row for row in values["numbers"]["leaks"] if row["lookups"]]
    if not rows:
        return Markup("")
    of_company = values["subject"]["about"] == About.COMPANY
    who = say("Device") if of_company else say("Company")
    head = ((who, "name"), (say("Look-ups"), "n"), (say("Last"), "n wide"), (say("Why, and what ends it"), "name"))
    sentences = values["leaks_told"]
    lines = [
        (_who(row, of_company, teller), row["lookups"],
         Markup(teller.text(row["last"][:10])), _why(sentences[row["leak"] - 1], teller))
        for row in rows[:MAX_ROWS]
    ]  # fmt: skip
    intro = say("Each of these look-ups tells about you, and was let through and answered.")
    text = teller.heading(say("Tracking that got through"), "leaks") + teller.paragraphs([intro])
    return Markup(text + teller.table(head, lines) + _more(values["numbers"], len(rows) - MAX_ROWS, teller))


def _whom(row: Values, of_company: bool) -> str:
    if of_company:
        return str(row["device"] or row["device_id"] or say("not known"))
    return str(row["company"] or row["most"][0])


def _who(row: Values, of_company: bool, teller: Teller) -> Markup:
    """Whom it told, and the names that were asked for most."""
    names = " ".join(f"<code><bdi>{teller.text(name)}</bdi></code>" for name in row["most"][:SHOWN_NAMES])
    return Markup(f"{teller.text(_whom(row, of_company))}<br><small>{names}</small>")


def _why(sentences: dict[str, str], teller: Teller) -> Markup:
    cure = f"<br>{teller.text(sentences['cure'])}" if sentences["cure"] else ""
    command = f"<br><code>{teller.text(sentences['command'])}</code>" if sentences["command"] else ""
    return Markup(f"{teller.text(sentences['why'])}<small>{cure}{command}</small>")


def _more(numbers: Values, count: int, teller: Teller) -> Markup:
    words = [say_count(count, "… and {count:,} more.", "… and {count:,} more.")] if count > 0 else []
    if numbers["leaks_left_out"]:
        words.append(say_count(
            numbers["leaks_left_out"], "{count:,} look-up more is not told one by one.",
            "{count:,} look-ups more are not told one by one.",
        ))  # fmt: skip
    return Markup("".join(f'<p class="soft">{teller.text(each)}</p>\n' for each in words))
