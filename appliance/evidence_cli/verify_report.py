# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence verify FILE`: whether a report is what was written, and fits the log, where that is here."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from appliance.errors import Complaint
from appliance.evidence_cli.fault_words import day_of, fault_sentence
from appliance.process import privilege
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from evidence.idle_test import idle_tests_file
from evidence.report import report_check, sealed
from evidence.report.number_check import Difference
from evidence.report.report_check import Checked
from evidence.report.sealed import NotReport
from store.base import file_faults
from store.base.file_faults import unusable
from store.base.languages import tell_here
from store.base.sentences import Sentence, say, sentence_of
from store.log import querylog


def verify_report(file: Path, option: str | None, json: bool) -> bool:
    """Print what was found; whether all of it fits. Raises Complaint for what is no report, and cannot be read."""
    content = _read(file)
    try:
        checked = report_check.check(content, _log_beside(option))
    except NotReport as error:
        raise Complaint(sentence_of(error)) from None
    except sqlite3.Error as error:
        raise Complaint(unusable(say("The query log"), error)) from None
    if json:
        printing.as_json(_plain(checked))
    else:
        for sentence in _sentences(checked):
            print(printing.harmless(tell_here(sentence)))
    return checked.fits


def _read(file: Path) -> bytes:
    try:
        with file_faults.open_file(file) as opened:  # a pipe may wait for ever, and a device has no end
            if os.fstat(opened.fileno()).st_size > sealed.MAX_FILE:
                raise Complaint(say("{file} is too large for a report.", file=file))
            return opened.read(sealed.MAX_FILE)
    except OSError as error:
        why = file_faults.words(file_faults.fault_of(error))
        raise Complaint(say("{file} cannot be read: {why}. Name the file of a report.", file=file, why=why)) from None


def _log_beside(option: str | None) -> Path | None:
    """The state directory, where it has a log or idle tests; a report may be checked on any machine."""
    state = cli_context.directory(option)
    try:
        privilege.become_owner(state)
        names = (querylog.FILE_NAME, idle_tests_file.FILE_NAME)
        return state if any((state / name).is_file() for name in names) else None
    except OSError:
        return None


def _sentences(checked: Checked) -> Iterator[Sentence]:
    if checked.title:
        yield say("The report of {title}.", title=checked.title)
    if not checked.altered:
        yield say("The file is what was written: its digest fits.")
    yield from checked.altered
    for fault in checked.rows:
        yield say("The report's rows: {fault}", fault=fault_sentence(fault))
    yield from map(_difference, checked.numbers)
    yield from checked.chain
    for fault in checked.chain_rows:
        yield say("The chain: {fault}", fault=fault_sentence(fault))
    yield from checked.notes
    if checked.kept:
        if not checked.compared and not checked.notes:
            yield say("It was made from the kept result of an idle test, which is not here; run it where the "
                      "report was made to have its numbers compared with that.")  # fmt: skip
        elif checked.compared and checked.fits:
            yield say("Its numbers are those of the kept result that is here.")
    elif not checked.compared:
        yield say("There is no query log here to compare it with; run it where the report was made to have its numbers "
                  "counted again.")  # fmt: skip
    elif checked.fits and not checked.counted:
        yield say("Its rows that the query log still keeps, and the chain of days, fit.")
    elif checked.fits:
        yield say("Its rows, its numbers and the chain of days fit the query log that is here.")


def _difference(each: Difference) -> Sentence:
    if each.day is not None:
        return say("{day}, {table}, {of}: {column} is {report} in the report, {log} by the log.",
                   day=day_of(each.day), table=each.table, of=each.of, column=each.column, report=each.report,
                   log=each.log)  # fmt: skip
    return say("{table}, {of}: {column} is {report} in the report, {log} by the log.", table=each.table,
               of=each.of or "–", column=each.column, report=each.report, log=each.log)  # fmt: skip


def _plain(checked: Checked) -> dict[str, Any]:
    values = asdict(checked)
    for key in ("rows", "chain_rows", "numbers"):
        values[key] = [{**each, "day": None if each["day"] is None else day_of(each["day"])} for each in values[key]]
    return {**values, "fits": checked.fits}


