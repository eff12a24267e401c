# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a report is what was written, and still fits the log and the chain that it was made from.

    bytes ─► its own digest ─► text fits its data ─► rows fit their digests ─┐
    log, where there is one ─► each row ─► each number ─► the chain ─────────┴─► Checked
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evidence.chain import chain_file
from evidence.chain.day_digest import DAY_US
from evidence.chain.verify import Fault, verify_state
from evidence.report import (
    chain_check,
    kept_check,
    kept_numbers,
    number_check,
    report_document,
    report_html,
    report_rows,
    row_digests,
    sealed,
)
from evidence.report.number_check import Difference
from evidence.report_counts.subject import About, NoReport, Subject
from store.base import languages
from store.base.sentences import Sentence, say
from store.base.store_errors import StoreError
from store.log import late_rows

MAX_FAULTS = 30  # more of them say nothing more
# What values raise that are of another shape than a report's: somebody wrote them, with a digest that fits.
_MISSHAPEN = (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class Checked:
    """`altered`: sentences about the file itself; the others about the log. `compared`: there was a log of it here.

    `kept`: it was made of the kept result of an idle test, and compared with that alone. `counted`: the log has all
    rows of its time, so that its numbers were counted again.
    """

    title: str = ""
    altered: tuple[Sentence, ...] = ()
    compared: bool = False
    rows: tuple[Fault, ...] = ()
    numbers: tuple[Difference, ...] = ()
    chain: tuple[Sentence, ...] = ()
    chain_rows: tuple[Fault, ...] = ()
    notes: tuple[Sentence, ...] = ()
    kept: bool = False
    counted: bool = True

    @property
    def fits(self) -> bool:
        return not (self.altered or self.rows or self.numbers or self.chain or self.chain_rows)


def check(content: bytes, state: Path | None) -> Checked:
    """Check a report's bytes; against the log of `state` where that has one. Raises NotReport, sqlite3.Error."""
    report = sealed.opened(content)
    altered = [] if report.whole else [say("The file was changed after it was made: its digest does not fit.")]
    values = report.values
    if values is None or not _readable(values):
        return Checked(altered=(*altered, say("What it says can no longer be read.")))
    altered += _own_words(values, report.html)
    try:
        own_rows = tuple(report_rows.misfits(values)) if report.html is None else ()
        here = Checked(str(values["subject"]["title"]), tuple(altered), rows=own_rows, kept=bool(values.get("kept")))
        return here if state is None else _beside_log(values, state, here)
    except (*_MISSHAPEN, sqlite3.ProgrammingError):
        return Checked(str(values["subject"]["title"]), _with(altered, _not_of_a_report()))


def _against_kept(values: dict[str, Any], state: Path, here: Checked) -> Checked:
    numbers, notes, compared = kept_check.against_kept(state, values)
    chain = tuple(chain_check.misfits(state, values)) if (state / chain_file.FILE_NAME).exists() else ()
    return replace(here, compared=compared, numbers=tuple(numbers[:MAX_FAULTS]), chain=chain[:MAX_FAULTS],
                   notes=tuple(notes))  # fmt: skip


def subject_of(values: dict[str, Any], log: sqlite3.Connection) -> Subject:
    """What a report is about, as it stands in the log now: the same addresses of a device, the same names."""
    about, number, company = values["subject"]["about"], values["subject"]["device_id"], values["subject"]["company"]
    if about == About.DEVICE:
        clients = tuple(int(each) for each in values["subject"]["clients"])
        return Subject(About.DEVICE, number, title=values["subject"]["title"], clients=clients)
    names = []
    for row in values["numbers"]["names"]:
        there = log.execute("SELECT id FROM names WHERE name = ?", (row["name"],)).fetchone()
        names += [there[0]] if there else []
    return Subject(About.COMPANY, company=company, title=values["subject"]["title"], names=tuple(sorted(names)))


def _readable(values: dict[str, Any]) -> bool:
    """Whether everything that is looked at is there; the digest says whether it is as it was."""
    try:
        subject, span, numbers = values["subject"], values["range"], values["numbers"]
        assert 0 <= span["from_us"] < span["to_us"] < 1 << 62
        assert isinstance(subject["title"], str) and subject["about"] in set(About)
        assert isinstance(values["days"], list) and isinstance(numbers["names"], list)
        assert isinstance(values["chain"]["days"], list) and isinstance(values["beats"], list)
        return isinstance(numbers["total"]["queries"], int)
    except (AssertionError, LookupError, TypeError):
        return False


def _own_words(values: dict[str, Any], html: str | None) -> Iterator[Sentence]:
    """Whether sentences, statements and page are those that its own numbers give; by another version nobody can say."""
    try:
        if values.get("kept"):
            yield from kept_check.own_misfits(values)
    except _MISSHAPEN:
        yield _not_of_a_report()
        return
    if values.get("drawn_by") != report_html.drawn_by():
        return
    language = str(values["language"])
    try:
        again = report_document.in_words(dict(values), language)
        if any(again[part] != values[part] for part in ("summary", "method", "limits", "proof", "leaks_told")):
            yield say("Its sentences do not fit its own numbers.")
        sql = (kept_numbers.sql(kept_numbers.result_in(values), language) if values.get("kept")
               else report_document.sql_of(_bare(values), values["range"], language))  # fmt: skip
        if values["sql"] != sql:
            yield say("Its statements are not those that count what it is about.")
        if html is not None:
            drawn = "".join(report_html.parts(values, lambda text: languages.tell(text, language)))
            body = html[: html.rfind("<!--sha256 ")] if "<!--sha256 " in html[-200:] else html
            if drawn != body:
                yield say("Its page does not show what its own data say.")
    except _MISSHAPEN:
        yield _not_of_a_report()


def _not_of_a_report() -> Sentence:
    return say("Its data are not those of a report.")


def _with(sentences: Sequence[Sentence], last: Sentence) -> tuple[Sentence, ...]:
    return tuple(dict.fromkeys((*sentences, last)))


def _bare(values: dict[str, Any]) -> Subject:
    subject = values["subject"]
    return Subject(About(subject["about"]), subject["device_id"], subject["company"], subject["title"])


def _beside_log(values: dict[str, Any], state: Path, here: Checked) -> Checked:
    if here.kept:
        return _against_kept(values, state, here)
    try:
        with closing(report_document.open_log(state)) as log:
            return _against(values, state, log, here)
    except NoReport:
        return here


def _against(values: dict[str, Any], state: Path, log: sqlite3.Connection, here: Checked) -> Checked:
    span, subject = values["range"], subject_of(values, log)
    from_us, to_us = int(span["from_us"]), int(span["to_us"])
    deleted_to = late_rows.deleted_to(log)
    rows = row_digests.misfits(log, subject, from_us, to_us, values["days"], deleted_to)
    notes = list(_notes(log, values, subject, deleted_to))
    numbers: Sequence[Difference] = ()
    counted = deleted_to < from_us
    if counted:
        numbers, more = number_check.differences(state, log, subject, values)
        notes += more
    chain, days = list(chain_check.misfits(state, values)), range(from_us // DAY_US, (to_us - 1) // DAY_US + 1)
    try:
        chained = verify_state(state, days).faults
    except StoreError:
        chained = ()
    return Checked(
        here.title, here.altered, True, (*here.rows, *rows)[:MAX_FAULTS], tuple(numbers[:MAX_FAULTS]),
        tuple(chain[:MAX_FAULTS]), chained[:MAX_FAULTS], tuple(notes), counted=counted,
    )  # fmt: skip


def _notes(log: sqlite3.Connection, values: dict[str, Any], subject: Subject, deleted_to: int) -> Iterator[Sentence]:
    if deleted_to >= values["range"]["from_us"]:
        yield say("The log no longer keeps the beginning of this time, so that the numbers cannot be counted again.")
    if subject.about is About.DEVICE:
        now = tuple(row[0] for row in log.execute(
            "SELECT id FROM clients WHERE device_id = ? AND first_us < ? ORDER BY id",
            (subject.device_id, values["range"]["to_us"])))  # fmt: skip
        if not set(now) <= set(subject.clients or ()) or not set(subject.clients or ()) & set(now):
            yield say("The device has other addresses now than in the report: it was merged or split since. The rows "
                      "of the report's own addresses were compared.")  # fmt: skip


