# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of a report: companies, devices, names, what blocked, lists in force, changes, gaps, days. Pure."""

from __future__ import annotations

import time
from typing import Any

from evidence.report import pictures, report_words
from evidence.report.html_parts import Markup, Teller
from evidence.report_counts import half_rows
from evidence.report_counts.half_rows import OFF, ON
from evidence.report_counts.subject import About
from store.base.sentences import Sentence, say, say_count
from store.names.purpose import Kind

Values = dict[str, Any]

MAX_COMPANIES = 40  # of a table; paper is patient, readers are not
MAX_NAMES = {Kind.TRACKING.word: 60, Kind.USE.word: 25, Kind.UNKNOWN.word: 25}  # some four pages
MAX_DEVICES = 100
MAX_ROWS = 60  # of lists and days
HOUR_S = 3_600


class Tables:
    """Of one report; each is "" where it has no row."""

    def __init__(self, values: Values, teller: Teller) -> None:
        self._values, self._teller = values, teller
        self._numbers = values["numbers"]

    def companies(self) -> Markup:
        """By look-ups, tracking first; the bar shows them beside the most."""
        if self._values["subject"]["about"] == About.COMPANY:
            return Markup("")
        rows = self._numbers["companies"]
        text = Markup("")
        for kind, title in ((Kind.TRACKING, say("Companies that are told about you")),
                            (Kind.USE, say("Companies that you, or a feature, asked")),
                            (Kind.UNKNOWN, say("Companies of names whose purpose nobody knows"))):  # fmt: skip
            mine = [row for row in rows if row["kind"] == kind.word]
            if mine:
                text = Markup(text + self._teller.heading(title, "companies") + self._companies(mine, kind.word))
        return text

    def _companies(self, rows: list[Values], kind: str) -> Markup:
        most = max(row["lookups"] for row in rows)
        head = ((say("Company"), "name"), (say("Country"), "wide"), ("", "wide bars"), (say("Look-ups"), "n"),
                (say("Blocked"), "n"), (say("Answered"), "n"), (say("Names"), "n wide"))  # fmt: skip
        lines = [
            (row["company"] or say("unknown"), row["country"] or say("unknown"),
             Markup(f'<span class="{kind}">{pictures.bar(row["lookups"], most)}</span>'), row["lookups"],
             row["blocked"], row["answered"], row["names"])
            for row in rows[:MAX_COMPANIES]
        ]  # fmt: skip
        return Markup(self._teller.table(head, lines) + self._more(len(rows) - MAX_COMPANIES))

    def halves(self) -> Markup:
        """Of an idle test: blocking off and on apart, in all and by name, tracking first."""
        rows = self._numbers.get("halves", [])
        if not rows:
            return Markup("")
        words = {OFF: say("Blocking paused"), ON: say("Blocking on")}
        head = (("", "name"), (say("Look-ups"), "n"), (say("Blocked"), "n"), (say("Answered"), "n"),
                (say("Names"), "n wide"))  # fmt: skip
        table = self._teller.table(head, [
            (words[row["blocking"]], row["lookups"], row["blocked"], row["answered"], row["names"]) for row in rows
        ])  # fmt: skip
        heading = self._teller.heading(say("Blocking off and on"), "halves")
        return Markup(heading + table + (self._half_names() if len(rows) > 1 else ""))

    def _half_names(self) -> Markup:
        by_name, nothing = half_rows.by_name(self._numbers["half_names"]), {"lookups": 0, "answered": 0, "blocked": 0}
        rows = [row for row in self._numbers["names"] if row["name"] in by_name]
        head = ((say("Name"), "name"), (say("Paused: look-ups"), "n wide"), (say("Paused: answered"), "n"),
                (say("On: look-ups"), "n wide"), (say("On: blocked"), "n"))  # fmt: skip
        lines = []
        for row in rows[:MAX_ROWS]:
            off, on = (by_name[row["name"]].get(blocking, nothing) for blocking in (OFF, ON))
            name = self._teller.name(row["name"])
            lines.append((name, off["lookups"], off["answered"], on["lookups"], on["blocked"]))
        heading = self._teller.heading(say("Names, blocking off and on"), "half_names", 3)
        return Markup(heading + self._teller.table(head, lines) + self._more(len(rows) - MAX_ROWS))

    def devices(self) -> Markup:
        """Of a company: which devices asked for its names."""
        rows = [row for row in self._numbers["devices"] if row["lookups"]]
        if self._values["subject"]["about"] != About.COMPANY or not rows:
            return Markup("")
        most = max(row["lookups"] for row in rows)
        head = ((say("Device"), "name"), (say("Kind"), ""), ("", "wide bars"), (say("Look-ups"), "n"),
                (say("Blocked"), "n"), (say("Answered"), "n"))  # fmt: skip
        lines = [
            (row["device"] or (say("not known") if not row["device_id"] else str(row["device_id"])),
             self._teller.kind(row["kind"]),
             Markup(f'<span class="{row["kind"]}">{pictures.bar(row["lookups"], most)}</span>'),
             row["lookups"], row["blocked"], row["answered"])
            for row in rows[:MAX_DEVICES]
        ]  # fmt: skip
        heading = self._teller.heading(say("Devices"), "devices")
        return Markup(heading + self._teller.table(head, lines) + self._more(len(rows) - MAX_DEVICES))

    def names(self) -> Markup:
        """The most asked names of each kind, with what is known of them and who says so."""
        text = Markup("")
        for kind, title in ((Kind.TRACKING, say("Names that track")), (Kind.USE, say("Names in use")),
                            (Kind.UNKNOWN, say("Names that nobody knows"))):  # fmt: skip
            of_kind = [row for row in self._numbers["names"] if row["kind"] == kind.word]
            shown = of_kind[: MAX_NAMES[kind.word]]
            count = next(row["names"] for row in self._numbers["kinds"] if row["kind"] == kind.word)
            if shown:
                heading = self._teller.heading(title, "names")
                text = Markup(text + heading + self._names(shown) + self._more(count - len(shown)))
        return text

    def _names(self, rows: list[Values]) -> Markup:
        head = ((say("Name"), "name"), (say("Look-ups"), "n"), (say("Blocked"), "n"), (say("Answered"), "n"),
                (say("Last"), "n wide"))  # fmt: skip
        return self._teller.table(head, [
            (self._teller.name(row["name"], *self._about(row)), row["lookups"], row["blocked"], row["answered"],
             Markup(self._teller.text(row["last"][:10])))
            for row in rows
        ])  # fmt: skip

    def _about(self, row: Values) -> list[str]:
        company = row["company"] or say("company unknown")
        if row["country"]:
            company = say("{company} ({country})", company=company, country=row["country"])
        by = say("source: {source}", source=report_words.source(row["source"]))
        return [company, row["product"] or "", report_words.purpose(row["purpose"]), by, *self._blocked_by(row)]

    def _blocked_by(self, row: Values) -> list[str]:
        lists = ", ".join(row.get("blocked_by", ()))
        return [say("blocked by {lists}", lists=lists)] if lists else []

    def blocked(self) -> Markup:
        """Which list blocked how many look-ups."""
        rows = self._numbers["lists"]
        if not rows:
            return Markup("")
        head = ((say("List"), "name"), (say("Look-ups that it blocked"), "n"))
        lines = [(row["title"] or row["list"] or say("a rule of this home"), row["lookups"]) for row in rows[:MAX_ROWS]]
        return Markup(self._teller.heading(say("What blocked"), "lists") + self._teller.table(head, lines)
                      + self._more(len(rows) - MAX_ROWS))  # fmt: skip

    def lists(self) -> Markup:
        """Lists in force when the report was made, with their versions."""
        rows = self._values["circumstances"]["lists"]
        heading = self._teller.heading(say("Lists in force when this report was made"))
        if rows is None:
            return Markup(heading + self._teller.paragraphs([say("Not known: the query log was read alone.")]))
        head = ((say("List"), "name"), (say("Level"), ""), (say("Rules"), "n"), (say("Version of"), ""),
                (say("Digest"), "wide"))  # fmt: skip
        lines = [
            (row["title"] or row["list"], row["level"] or "", row["rules"], row["changed"] or "–",
             Markup(f"<code>{self._teller.text((row['sha256'] or '–')[:12])}</code>"))
            for row in rows[:MAX_ROWS]
        ]  # fmt: skip
        if not rows:
            return Markup(heading + self._teller.paragraphs([say("None.")]))
        return Markup(heading + self._teller.table(head, lines) + self._more(len(rows) - MAX_ROWS))

    def changes(self) -> Markup:
        """What people changed meanwhile."""
        changes = self._values["circumstances"]["changes"]
        if not changes or not changes["count"]:
            return Markup("")
        lines = [say("{when}: {what}", when=each["when"], what=each["what"]) for each in changes["latest"]]
        heading = self._teller.heading(say("What people changed in this time"))
        return Markup(heading + self._teller.bullets(lines) + self._more(changes["count"] - len(lines)))

    def gaps(self) -> Markup:
        """The longest gaps of the whole log."""
        gaps = self._values["circumstances"]["gaps"]
        if not gaps:
            return Markup("")
        lines = [say("{from_} to {to}", from_=gap["from"], to=gap["to"]) for gap in gaps]
        heading = self._teller.heading(say("The longest gaps of the log"), level=3)
        return Markup(heading + self._teller.bullets(lines))

    def chain(self) -> Markup:
        """The head of the chain, and each day's digest."""
        chain, text = self._values["chain"], self._teller.text
        if not chain["links"]:
            return Markup("")
        days = chain["days"]
        head = ((say("Day (UTC)"), ""), (say("Rows of the home"), "n"), (say("Digest"), "name"))
        shown = days[-MAX_ROWS:]
        lines = [(day["date"], day["rows"], Markup(f"<code>{text(day['sha256'])}</code>")) for day in shown]
        table = self._teller.table(head, lines) if lines else ""
        words = text(say("Head of the chain after link {count:,}:", count=chain["links"]))
        head_line = f"<p>{words}<br><code>{text(chain['head'])}</code></p>\n"
        return Markup(head_line + table + self._more(len(days) - len(shown)))

    def _more(self, count: int) -> Markup:
        if count <= 0:
            return Markup("")
        words: Sentence = say_count(count, "… and {count:,} more.", "… and {count:,} more.")
        return Markup(f'<p class="soft">{self._teller.text(words)}</p>\n')


def local(seconds: int | None) -> str | None:
    """A moment by the clock of this machine's zone, to the minute."""
    return None if seconds is None else time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
