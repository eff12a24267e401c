# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale log export`, `import` and `clear`, without a running appliance."""

import csv
import io
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from imported import rows
from pihole_log import PiHoleDevice, PiHoleRow, write_v6

from appliance.cli.main import main
from appliance.evidence_cli import log_import

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]
NOW = time.time()
ROWS = [PiHoleRow(NOW - 86_400 + at, f"{at % 3}.example", f"192.168.1.{at % 2 + 1}") for at in range(60)]


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return write_v6(tmp_path / "pihole-FTL.db", ROWS, [PiHoleDevice("192.168.1.1", "00:11:22:33:44:55", "phone")])


def test_a_history_is_taken_in_once_and_written_out(command: Command, history: Path, tmp_path: Path) -> None:
    code, text, _ = command("log", "import", str(history))
    assert code == 0 and "60 queries were added of 60" in text and "2 devices; new here: 2." in text
    done = json.loads(command("log", "import", str(history), "--json")[1])
    assert (done["source"], done["queries"], done["added"], done["new_devices"]) == ("pihole", 60, 0, 0)
    lines = list(csv.DictReader(io.StringIO(command("log", "export", "--device", "1")[1])))
    assert len(lines) == 30 and {line["device"] for line in lines} == {"phone"}
    (path := tmp_path / "log.jsonl").write_text(command("log", "export", "--format", "jsonl", "--from", "-2d")[1])
    assert json.loads(command("log", "import", str(path), "--json")[1])["added"] == 0
    assert command("log", "export", "--source", "own")[1].count("\n") == 1
    for words in (["log", "export", "--source", "zz"], ["log", "clear", "--source", "zz", "--yes"]):
        code, text, trouble = command(*words)
        assert code == 1 and text == "" and "'zz' is not one of 'own', 'imported', 'pihole'" in trouble


def test_records_are_deleted_and_that_is_told(command: Command, history: Path, state: Path) -> None:
    command("log", "import", str(history))
    code, text, _ = command("log", "clear", "--device", "1")
    assert code == 0 and "30 records were deleted." in text
    assert "30 records were deleted." in command("log", "clear", "--before", "-1h", "--yes")[1]
    assert rows(state) == []
    assert "cannot be" in command("changes")[1]
    assert command("log", "clear", "--device", "77")[0] == 1


def test_a_history_is_looked_at_before_telltale_ever_ran(
    history: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["log", "import", str(history), "--state", str(tmp_path / "new")]) == 0
    assert main(["log", "export", "--state", str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out.count("pihole") == 60
    assert main(["lists", "--state", str(tmp_path / "new")]) == 0
    assert "pack:xiaomi" in capsys.readouterr().out


def test_what_people_corrected_holds_for_a_history_too(command: Command, history: Path) -> None:
    command("evidence", "correct", "0.example", "--company", "Acme")
    command("log", "import", str(history))
    lines = list(csv.DictReader(io.StringIO(command("log", "export", "--company", "Acme")[1])))
    assert [line["name"] for line in lines] == ["0.example"] * 20


def test_a_file_that_is_none_makes_no_state_directory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (words := tmp_path / "words.txt").write_text("root:x:0:0\n")
    for file in (tmp_path / "nothing.db", words, tmp_path):
        assert main(["log", "import", str(file), "--state", str(tmp_path / "new")]) == 1
        assert "was not taken" in capsys.readouterr().err and not (tmp_path / "new").exists()


def test_a_range_that_ends_before_it_begins_is_refused(command: Command) -> None:
    code, text, trouble = command("log", "export", "--from", "-1h", "--to", "-2h")
    assert (code, text) == (1, "") and "--from must be earlier than --to." in trouble


@pytest.mark.parametrize("words", [["log", "export", "--from", "soon"], ["log", "clear", "--before", "x"]])
def test_what_is_no_time_is_refused(command: Command, words: list[str]) -> None:
    code, _, error = command(*words)
    assert code == 1 and "is no time" in error


def test_a_file_that_is_none_is_refused_in_a_sentence(command: Command, tmp_path: Path, state: Path) -> None:
    (path := tmp_path / "x.log").write_text("hello\n")
    code, _, error = command("log", "import", str(path))
    assert code == 1 and "x.log was not taken: It is none of" in error and "Nothing has changed." in error
    assert not (state / "querylog.db").exists()


def test_what_would_not_fit_is_refused_before_it_goes_again(
    command: Command, history: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_import, "ROW_BYTES", 1 << 30)
    code, _, error = command("log", "import", str(history))
    assert code == 1 and "log_max_mb is 2,048" in error
    assert list((state / "log-tasks").iterdir()) == []
