# SPDX-License-Identifier: GPL-3.0-or-later
"""A report that was made from the kept result of an idle test: against the result it carries, and the one kept here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evidence.idle_test import result_json
from evidence.report import kept_numbers, kept_test, number_check
from evidence.report.number_check import Difference
from evidence.report.sealed import plain_json
from store.base.sentences import Sentence, say


def own_misfits(values: dict[str, Any]) -> Iterator[Sentence]:
    """Whether its tables are those that its own result gives. Raises LookupError, TypeError or ValueError."""
    result = kept_numbers.result_in(values)
    span = values["range"]
    is_its = (result.from_us, result.to_us, result.test_id) == (span["from_us"], span["to_us"], values["test"]["id"])
    if not is_its or _differences(values, kept_numbers.numbers(result), kept_numbers.beats(result)):
        yield say("Its numbers are not those of the result that it carries.")


def against_kept(state: Path, values: dict[str, Any]) -> tuple[list[Difference], list[Sentence], bool]:
    """What differs from the result that is kept here, what could not be checked, and whether there is one here."""
    notes = [say("This report was made from the kept result of an idle test, when the query log no longer had all rows "
                 "of that time: neither rows nor statements can be compared.")]  # fmt: skip
    number = values["test"]["id"]
    kept = kept_test.kept_result(state, number)
    if kept is None:
        return [], [*notes, say("The result of idle test {id} is not kept here, so its numbers were not compared.",
                                id=number)], False  # fmt: skip
    misfits = _differences(values, kept_numbers.numbers(kept), kept_numbers.beats(kept))
    if not misfits and plain_json(result_json.plain(kept)) != values["kept"]["result"]:
        misfits = [Difference("result", "", "other", say("other"), say("other"))]
    return misfits, notes, True


def _differences(values: dict[str, Any], numbers: dict[str, Any], beats: list[Any]) -> list[Difference]:
    return number_check.differing(values, {**numbers, "beats": beats}, ("total", *number_check.KEYS))
