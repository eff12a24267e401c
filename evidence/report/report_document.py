# SPDX-License-Identifier: GPL-3.0-or-later
"""A report's values: read from a state directory, with or without an appliance that runs, and put into words.

    Question ─► subject ─► measures, numbers, beats, digests, chain, circumstances ─► sentences ─► values (JSON)
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from blocklists.whose import home_facts
from evidence.chain.day_digest import DayLines, lossless
from evidence.findings import leak_judge
from evidence.findings.leak_judge import Judge
from evidence.idle_test import limit_words, result_json
from evidence.idle_test.result import TestResult
from evidence.report import (
    chain_check,
    kept_numbers,
    kept_test,
    leak_words,
    report_html,
    report_words,
    row_digests,
    sealed,
)
from evidence.report.circumstances import circumstances, of_home
from evidence.report_counts import beat_rows, half_rows, leak_rows, log_measures, report_numbers, report_sql
from evidence.report_counts import subject as subjects
from evidence.report_counts.known_names import Known
from evidence.report_counts.log_measures import Measures
from evidence.report_counts.report_numbers import moment
from evidence.report_counts.subject import About, NoReport, Subject
from store.base import languages
from store.base.db import connect
from store.base.sentences import say
from store.base.version import version
from store.log import querylog
from store.log.rollup_tables import HOUR_US
from store.names.purpose import Kind

SECOND_US = 1_000_000
SETTLED_US = 5_000_000  # before now: what is younger may not be in the log yet
MAX_JSON_ROWS = 200_000  # rows of the log in a JSON report, the latest; some 30 MB
MAX_ADDRESSES = 50  # of a device, in words
TRIES = 3  # to read a range of which a row came, or went, in the meantime
FORMAT = 1

Values = dict[str, Any]
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: a device or a company, [from, to) in µs; `language`: a tag.

    test: of an idle test, its id; before `unblocked_us` blocking was paused in it.
    """

    device: int | None
    company: str
    from_us: int
    to_us: int
    language: str = languages.ENGLISH
    test: int | None = None
    unblocked_us: int | None = None


def open_log(state: Path) -> sqlite3.Connection:
    """Raises NoReport where there is none, and sqlite3.Error."""
    path = state / querylog.FILE_NAME
    if not path.exists():
        raise NoReport(say("There is no query log in {state}.", state=state))
    con = connect(path, read_only=True)
    con.text_factory = lossless
    return con


def make(
    state: Path, environ: Mapping[str, str], question: Question, now_us: int,
    progress: Progress = lambda share: None,
) -> tuple[Values, Subject]:  # fmt: skip
    """The values of a report but for the rows. Raises NoReport, TooMuch, sqlite3.Error."""
    if question.test is not None:
        test = kept_test.test_of(state, question.test, now_us)
        question = replace(question, device=test.device_id, from_us=test.from_us, to_us=test.to_us,
                           unblocked_us=test.unblocked_us)  # fmt: skip
        if (kept := kept_test.result_without_rows(state, test)) is not None:
            return _of_kept(state, environ, question, kept, now_us)
    question = replace(question, to_us=min(question.to_us, now_us - SETTLED_US))
    if question.from_us >= question.to_us:
        raise NoReport(say("The report's range is empty: its beginning must be earlier than its end, and than now."))
    facts = home_facts.load(state)
    with closing(open_log(state)) as log:
        subject = (subjects.of_device(log, question.device) if question.device is not None
                   else subjects.of_company(log, facts, question.company))  # fmt: skip
        question = _within_log(log, question)
        known = Known(log, facts, {}, {})
        for _ in range(TRIES):
            measures = _measured(log, subject, question, known, progress)
            days = list(row_digests.digests(log, subject, question.from_us, question.to_us,
                                            lambda share: progress(0.6 + 0.3 * share)))  # fmt: skip
            if sum(day["rows"] for day in days) == measures.total.queries:
                break
        judge = leak_judge.judge_of(state, question.from_us)
        values = _values(log, subject, question, known, measures, judge, now_us)
        values |= {"days": days, "chain": chain_check.carried(state, question.from_us, question.to_us)}
        values["circumstances"] = _told(circumstances(state, environ, log, subject, question.from_us, question.to_us),
                                        question.language)  # fmt: skip
        progress(0.95)
    return in_words(values, question.language), subject


def rows(state: Path, subject: Subject, from_us: int, to_us: int) -> Iterator[str]:
    """The log's rows of a report as the chain has them, the latest MAX_JSON_ROWS, in order of time."""
    with closing(open_log(state)) as log:
        for _, line in DayLines(log, subject.where, subject.values).between(
            _first_of_latest(log, subject, from_us, to_us), to_us
        ):
            yield line.decode("ascii").rstrip("\n")


def _first_of_latest(log: sqlite3.Connection, subject: Subject, from_us: int, to_us: int) -> int:
    sql = f"""SELECT time_us FROM records WHERE time_us >= ? AND time_us < ? AND {subject.where}
              ORDER BY time_us DESC LIMIT 1 OFFSET ?"""  # noqa: S608 - fixed text
    row = log.execute(sql, (from_us, to_us, *subject.values, MAX_JSON_ROWS - 1)).fetchone()
    return from_us if row is None else int(row[0])


def _of_kept(
    state: Path, environ: Mapping[str, str], question: Question, kept: TestResult, now_us: int
) -> tuple[Values, Subject]:
    """From the result of an idle test, of which the log has no longer all rows."""
    subject = Subject(About.DEVICE, question.device or 0, title=kept.device, clients=())
    around = of_home(state, environ, subject, kept.from_us, kept.to_us)
    limits = [languages.tell(sentence, question.language) for sentence in limit_words.of_result(kept)]
    values = {
        **_frame(question, subject, [each.address for each in kept.limits.addresses], kept.facts_version, now_us),
        "kept": {"result": sealed.plain_json(result_json.plain(kept)), "computed": moment(kept.computed_us),
                 "limits": limits},
        "numbers": kept_numbers.numbers(kept), "beats": kept_numbers.beats(kept),
        "sql": kept_numbers.sql(kept, question.language), "rows_left_out": 0, "days": [],
        "chain": chain_check.carried(state, question.from_us, question.to_us),
        "circumstances": _told(around, question.language),
    }  # fmt: skip
    return in_words(values, question.language), subject


def _within_log(log: sqlite3.Connection, question: Question) -> Question:
    """Not before the log begins: of that time it cannot tell."""
    first = log.execute("SELECT min(time_us) FROM records").fetchone()[0]
    if first is None or first >= question.to_us:
        raise NoReport(say("The query log has nothing of this time."))
    return replace(question, from_us=max(question.from_us, first // SECOND_US * SECOND_US))


def _measured(
    log: sqlite3.Connection, subject: Subject, question: Question, known: Known, progress: Progress
) -> Measures:
    return log_measures.measure(log, subject, question.from_us, question.to_us, known.kind_of,
                                lambda share: progress(0.6 * share))  # fmt: skip


def counted(
    log: sqlite3.Connection, subject: Subject, question: Question, known: Known, leaks: Sequence[Values]
) -> Values:
    """All that is counted of a subject, as in `numbers` and `beats` of a report that has these leaks.

    Raises sqlite3.Error and TooMuch; LookupError, TypeError or ValueError for leaks of another shape.
    """
    measures = _measured(log, subject, question, known, lambda share: None)
    words, devices = _words(log, measures, known)
    tables = report_numbers.numbers(measures, words) | _halves(log, subject, question, known)
    span = question.from_us, question.to_us
    tables["leaks"] = leak_rows.recounted(log, subject, span, _tracking(measures, known), leaks)
    return {**tables, "beats": _beats(log, subject, question, known, measures, devices)}


def sql_of(subject: Subject, span: Values, language: str) -> Values:
    """The statements that count it."""
    return {
        "preparation": report_sql.preparation(subject, span["from_us"], span["to_us"]),
        "statements": [{"key": each.key, "title": languages.tell(each.title, language), "sql": each.sql}
                       for each in report_sql.statements(subject, span.get("unblocked_us"))],
    }  # fmt: skip


def in_words(values: Values, language: str) -> Values:
    """With the sentences that its numbers make."""
    for part in (report_words.summary, report_words.method, report_words.limits, report_words.proof):
        values[part.__name__] = [languages.tell(sentence, language) for sentence in part(values)]
    values["leaks_told"] = leak_words.told(values["numbers"], language)
    return values


def _words(
    log: sqlite3.Connection, measures: Measures, known: Known
) -> tuple[report_numbers.Words, dict[int, str]]:
    names = {number: known.names[number] for number in measures.names}
    devices = dict(log.execute("SELECT id, name FROM devices"))
    blocked = {number: (key, title) for number, key, title in log.execute("SELECT id, key, title FROM lists")}
    return report_numbers.Words(names, known.whose, devices, blocked), devices


def _values(
    log: sqlite3.Connection, subject: Subject, question: Question, known: Known, measures: Measures, judge: Judge,
    now_us: int,
) -> Values:  # fmt: skip
    words, devices = _words(log, measures, known)
    addresses = [row[0] for row in log.execute(
        "SELECT address FROM clients WHERE device_id = ? ORDER BY last_us DESC LIMIT ?",
        (subject.device_id, MAX_ADDRESSES))] if subject.device_id else []  # fmt: skip
    frame = _frame(question, subject, addresses, known.facts.version, now_us)
    return {
        **frame,
        "numbers": report_numbers.numbers(measures, words) | _halves(log, subject, question, known)
        | leak_rows.leaks(log, subject, (question.from_us, question.to_us), _tracking(measures, known),
                          {known.names[number]: known.whose[number].company for number in measures.names},
                          judge, devices),
        "beats": _beats(log, subject, question, known, measures, devices),
        "sql": sql_of(subject, frame["range"], question.language),
        "rows_left_out": max(0, measures.total.queries - MAX_JSON_ROWS),
    }  # fmt: skip


def _frame(question: Question, subject: Subject, addresses: list[str], facts_version: str, now_us: int) -> Values:
    """What every report says of itself."""
    return {
        "telltale_report": FORMAT, "version": version(), "drawn_by": report_html.drawn_by(),
        "language": question.language, "made": moment(now_us), "zone": report_numbers.zone(now_us),
        "subject": {"about": subject.about.value, "device_id": subject.device_id, "company": subject.company,
                    "title": subject.title, "clients": subject.clients, "addresses": addresses},
        "range": report_numbers.span_of(question.from_us, question.to_us, question.unblocked_us),
        "test": None if question.test is None else {"id": question.test},
        "facts_version": facts_version,
        "row_columns": ["time_us", "client", "name", "type", "verdict", "origin", "list", "rule", "rcode", "upstream",
                        "duration_us"],
    }  # fmt: skip


def _tracking(measures: Measures, known: Known) -> list[int]:
    """Ids of the names that track."""
    return [number for number in measures.names if known.whose[number].kind is Kind.TRACKING]


def _halves(log: sqlite3.Connection, subject: Subject, question: Question, known: Known) -> Values:
    span = question.from_us, question.to_us
    return {**half_rows.halves(log, subject, span, question.unblocked_us, known.kind_of, known.names)}


def _beats(
    log: sqlite3.Connection, subject: Subject, question: Question, known: Known, measures: Measures,
    devices: Mapping[int, str],
) -> list[Values]:  # fmt: skip
    """What matters first: tracking, then the most asked."""
    kinds = known.whose
    order = sorted(measures.names, key=lambda number: (kinds[number].kind is not Kind.TRACKING,
                                                       -measures.names[number].lookups, number))  # fmt: skip
    beats = []
    every = beat_rows.beats(
        log, subject, order, question.from_us, question.to_us, idle=question.test is not None
    )  # fmt: skip
    for (device, number), beat in every.items():
        whose = kinds[number]
        beats.append({"name": known.names[number], "company": whose.company, "kind": whose.kind.word,
                     "device": devices.get(device) if device else None, "device_id": device, **beat})  # fmt: skip
    return beats


def _told(around: Values, language: str) -> Values:
    """With times and sentences as people read them."""
    for gap in around["gaps"]:
        gap["from"], gap["to"] = moment(gap["from_hour"] * HOUR_US), moment(gap["to_hour"] * HOUR_US)
    for each in around["lists"] or ():
        each["title"] = languages.tell(each["title"], language)
        each["changed"] = None if each["changed"] is None else moment(each["changed"] * SECOND_US)
    for each in around["bypasses"] or ():
        each["title"] = languages.tell(each["title"], language)
    for each in (around["changes"] or {}).get("latest", ()):
        each["when"], each["what"] = moment(each["at"] * SECOND_US), languages.tell(each["what"], language)
    return around
