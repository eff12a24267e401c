# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence findings` and what may be said of one."""

import json
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from evidence.base import evidence_file
from evidence.findings import finding_rows
from evidence.findings.finding import Finding, FindingKind

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]
NOW = time.time_ns() // 1000
LEAK = Finding(FindingKind.LEAK, 3, "Xiaomi", "Xiaomi", ("a.example",), NOW - 9_000_000, NOW - 1_000_000, 7)
NEWS = Finding(FindingKind.NEW_NAME, 0, None, "b.example", ("b.example",), NOW, NOW, 1)


@pytest.fixture
def filled(state: Path) -> None:
    with closing(evidence_file.open_writer(state)) as con:
        finding_rows.keep(con, [LEAK, NEWS], NOW)


def found(command: Command, *options: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(command("evidence", "findings", "--json", *options)[1])
    return rows


@pytest.mark.usefixtures("filled")
def test_findings_are_listed_and_filtered(command: Command) -> None:
    code, text, _ = command("evidence", "findings")
    assert code == 0 and "Tracking by Xiaomi was answered for 3 7 times." in text and "the home asked for b" in text
    assert [row["kind"] for row in found(command, "--kind", "leak")] == ["leak"]
    assert [row["kind"] for row in found(command, "--device", "0")] == ["new_name"]
    assert [row["company"] for row in found(command, "--company", "xiaomi")] == ["Xiaomi"]
    assert found(command, "--from", "2020-01-01", "--to", "2020-02-01") == []
    code, _, trouble = command("evidence", "findings", "--from", "soon")
    assert code == 1 and "'soon' is no time" in trouble


@pytest.mark.usefixtures("filled")
def test_what_becomes_of_one(command: Command) -> None:
    number = str(found(command, "--kind", "leak")[0]["id"])
    assert command("evidence", "mute", number)[1] == f"Finding {number} is muted now.\n"
    assert found(command, "--kind", "leak") == []
    assert found(command, "--kind", "leak", "--muted")[0]["state"] == "muted"
    for word, state in (("seen", "seen"), ("done", "done"), ("again", "new")):
        assert command("evidence", word, number)[0] == 0
        assert found(command, "--kind", "leak")[0]["state"] == state
    code, _, trouble = command("evidence", "seen", "99")
    assert code == 1 and "There is no finding 99" in trouble


def test_without_evidence_there_are_none(command: Command) -> None:
    assert found(command) == []


def test_no_telltale_is_told_as_that(command: Command, tmp_path: Path) -> None:
    code, text, error = command("evidence", "findings", "--state", str(tmp_path / "none"))
    assert code == 1 and text == "" and "There is no Telltale in" in error


def test_none_is_a_sentence_and_an_empty_list(command: Command) -> None:
    code, text, _ = command("evidence", "findings")
    assert code == 0 and text.startswith("There is no finding: hours of the log")
    assert command("evidence", "findings", "--kind", "leak")[1] == "There is no finding of that.\n"
    assert command("evidence", "findings", "--json")[1] == "[]\n"


@pytest.mark.usefixtures("filled")
def test_a_damaged_file_is_an_error_with_its_cure(command: Command, state: Path) -> None:
    (state / "evidence.db").write_bytes(b"no database" * 500)
    code, text, error = command("evidence", "findings")
    assert (code, text) == (1, "")
    assert error == ("telltale: evidence.db cannot be used: it is damaged. `telltale doctor` says what is damaged, and "
                     "what becomes of it.\n")  # fmt: skip
