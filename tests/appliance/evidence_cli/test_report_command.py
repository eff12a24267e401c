# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence report` and `verify FILE`: of a log alone, into a file, and back."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from phone_report import FROM_US, TO_US
from seen_processes import children
from waiting import until

from blocklists.whose import home_facts
from evidence.idle_test import idle_test_rows, idle_tests_file, settle
from evidence.idle_test.idle_test import NewTest
from store.log import querylog

pytestmark = [pytest.mark.process, pytest.mark.database]

Command = Callable[..., tuple[int, str, str]]
RANGE = ("--from", "2026-09-04", "--to", "2026-09-08")


@pytest.fixture
def alone(state: Path, phone: Path) -> Path:
    """A state directory with a log and a chain, and no config.db."""
    for file in phone.iterdir():
        shutil.copy(file, state / file.name)
    (state / "config.db").unlink()
    return state


def test_the_range_of_the_tests() -> None:
    assert (FROM_US, TO_US) == (1_788_480_000_000_000, 1_788_825_600_000_000)


@pytest.mark.parametrize("name", ["report.html", "report.JSON"])
def test_a_report_of_a_log_alone_is_written_and_fits(command: Command, alone: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    out.write_text("x" * 9_000_000)  # what was there before is gone to the last byte
    code, text, _ = command("evidence", "report", "--device", "1", *RANGE, "--out", str(out))
    assert code == 0 and "the report of Redmi Note 12, sha256" in text
    code, text, _ = command("evidence", "verify", str(out))
    assert code == 0 and "fit the query log that is here" in text
    code, text, _ = command("evidence", "verify", str(out), "--state", str(tmp_path / "elsewhere"))
    assert code == 0 and "There is no query log here" in text
    out.write_bytes(out.read_bytes().replace(b"Redmi", b"Rodmi", 1))
    code, text, _ = command("evidence", "verify", str(out))
    assert code == 1 and "its digest does not fit" in text


def test_what_cannot_be_counted_again_is_not_said_to_fit(command: Command, alone: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    assert command("evidence", "report", "--device", "1", *RANGE, "--out", str(out))[0] == 0
    with closing(sqlite3.connect(alone / querylog.FILE_NAME)) as con:
        con.execute("INSERT OR REPLACE INTO marks (key, value) SELECT 'deleted_to', max(time_us) FROM queries")
        con.commit()
    code, text, _ = command("evidence", "verify", str(out))
    assert code == 0 and "cannot be counted again" in text
    assert "Its rows that the query log still keeps" in text and "its numbers" not in text


def test_a_row_that_was_changed_is_named_with_its_day(command: Command, alone: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    assert command("evidence", "report", "--company", "xiaomi", *RANGE, "--out", str(out))[0] == 0
    with closing(sqlite3.connect(alone / querylog.FILE_NAME)) as con:
        row = """SELECT time_us FROM records r JOIN names n ON n.id = r.name_id WHERE n.name LIKE '%xiaomi.com'
                 LIMIT 1 OFFSET 700"""
        con.execute(f"DELETE FROM records WHERE time_us = ({row})")
        con.commit()
    code, text, _ = command("evidence", "verify", str(out))
    assert code == 1 and "The report's rows: 2026-09-0" in text and "it is missing." in text
    assert "names, data.mistat.intl.xiaomi.com: queries is" in text or "names, " in text
    code, text, _ = command("evidence", "verify", str(out), "--json")
    checked = json.loads(text)
    assert code == 1 and not checked["fits"] and checked["rows"][0]["what"] == "missing"
    assert checked["rows"][0]["day"].startswith("2026-09-0") and checked["numbers"]


def test_an_idle_test_whose_rows_are_gone(command: Command, state: Path, phone: Path, tmp_path: Path) -> None:
    for name in (querylog.FILE_NAME, "chain.db"):
        shutil.copy(phone / name, state)
    with closing(idle_tests_file.open_writer(state)) as con:
        test = idle_test_rows.begin(con, NewTest(1, "Redmi Note 12", 180), FROM_US, FROM_US + 3_600_000_000)
        result = settle.computed(state, test, home_facts.load(state), TO_US)
        idle_test_rows.keep(con, test.id, result)
    with closing(sqlite3.connect(state / querylog.FILE_NAME)) as con:
        con.execute("DELETE FROM records")
        con.commit()
    for name in ("idle.html", "idle.json"):
        code, text, error = command("evidence", "report", "--test", "1", "--out", str(out := tmp_path / name))
        assert code == 0 and "the report of Redmi Note 12, sha256" in text, error
        code, text, _ = command("evidence", "verify", str(out))
        assert code == 0 and "Its numbers are those of the kept result that is here." in text
        assert "neither rows nor statements can be compared" in text
    code, text, _ = command("evidence", "verify", str(out), "--state", str(tmp_path / "elsewhere"))
    assert code == 0 and "which is not here" in text


def test_without_a_file_it_says_the_summary(command: Command, alone: Path) -> None:
    code, text, _ = command("evidence", "report", "--device", "1", *RANGE)
    assert code == 0 and "Redmi Note 12 asked for" in text and "tracking" in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Say what the report is about"),
        (("--device", "1", "--company", "Xiaomi"), "Say what the report is about"),
        (("--device", "9"), "no query of a device 9"),
        (("--company", "Nobody"), "no name of a company 'Nobody'"),
        (("--device", "1", "--out", "report.pdf"), "neither HTML nor JSON"),
        (("--device", "1", "--out", "/nowhere/report.html"), "cannot be written"),
        (("--device", "1", "--from", "2026-10-01"), "must be earlier"),
    ],
)
def test_bad_input_is_told(command: Command, alone: Path, words: tuple[str, ...], sentence: str) -> None:
    code, _, error = command("evidence", "report", *words, *(() if "--from" in words else RANGE[:2]), *RANGE[2:])
    assert code == 1 and sentence in error


def test_what_is_no_report_is_refused(command: Command, alone: Path, tmp_path: Path) -> None:
    (other := tmp_path / "other.html").write_text("<html>")
    code, _, error = command("evidence", "verify", str(other))
    assert code == 1 and "This is no report of Telltale." in error
    code, _, error = command("evidence", "verify", str(tmp_path / "nothing"))
    assert code == 1 and "cannot be read" in error


def test_what_is_refused_leaves_no_file(command: Command, alone: Path, tmp_path: Path) -> None:
    out = tmp_path / "none" / "report.html"
    out.parent.mkdir()
    for wanted in (("--device", "99"), ("--company", "Nobody Ltd"), ("--test", "9"),
                   ("--device", "1", "--from", "2020-01-01", "--to", "2020-02-01")):  # fmt: skip
        code, text, error = command("evidence", "report", *wanted, "--out", str(out))
        assert (code, text) == (1, "") and error.startswith("telltale: ") and error.count("\n") == 1
        assert list(out.parent.iterdir()) == []


def test_one_that_is_killed_leaves_nothing(alone: Path, tmp_path: Path) -> None:
    """Stopped as soon as its process has begun, and killed without a chance to tidy up."""
    out, temporary = tmp_path / "out", tmp_path / "temporary"
    out.mkdir()
    temporary.mkdir()
    command = [sys.executable, "-m", "appliance", "evidence", "report", "--device", "1", *RANGE, "--state", str(alone),
               "--out", str(out / "report.html")]  # fmt: skip

    def is_killed_amid_it() -> bool:
        with subprocess.Popen(command, env={**os.environ, "TMPDIR": str(temporary)}) as process:
            until(lambda: process.poll() is not None or children(process.pid))
            process.kill()
        if not (report := out / "report.html").exists():
            return process.returncode == -signal.SIGKILL
        assert report.read_text().rstrip().endswith("</html>"), "it was done before this process had its turn"
        report.unlink()
        return False

    until(is_killed_amid_it)
    assert list(out.iterdir()) == [] and list(temporary.iterdir()) == []
