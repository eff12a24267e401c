# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings of an imported history, with no appliance that would look for them."""

from __future__ import annotations

import json
import os
import time
from contextlib import closing
from pathlib import Path

import pytest
from pihole_log import PiHoleRow, write_v6

from appliance.cli.main import main
from appliance.start import state_directory
from evidence.base import evidence_file
from evidence.chain import chain_file

pytestmark = pytest.mark.database

DAY = 86_400
NOW = time.time()
OLD = [PiHoleRow(NOW - 20 * DAY + at * 3600, "www.reddit.com") for at in range(48)]
NEWS = [PiHoleRow(NOW - 2 * DAY + at * 60, "data.mistat.xiaomi.com") for at in range(5)]


@pytest.fixture
def imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = write_v6(tmp_path / "pihole-FTL.db", OLD + NEWS)
    assert main(["log", "import", str(path), "--state", str(tmp_path / "new")]) == 0
    capsys.readouterr()
    return tmp_path / "new"


def test_findings_of_an_imported_history(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "findings", "--json", "--state", str(imported)]) == 0
    assert [row["company"] for row in json.loads(capsys.readouterr().out) if row["kind"] == "new_company"] == ["Xiaomi"]
    assert not (imported / chain_file.FILE_NAME).exists()
    assert main(["evidence", "verify", "--state", str(imported)]) == 0
    assert "All records of this log were imported" in capsys.readouterr().out


def test_a_running_appliance_looks_for_them_itself(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = state_directory.claim(imported)
    assert number is not None
    try:
        assert main(["evidence", "findings", "--json", "--state", str(imported)]) == 0
    finally:
        os.close(number)
    assert json.loads(capsys.readouterr().out) == [] and not (imported / evidence_file.FILE_NAME).exists()


def test_what_cannot_be_written_is_told_and_what_is_there_is_used(
    imported: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["evidence", "findings", "--state", str(imported)])
    shown = capsys.readouterr().out
    with closing(evidence_file.open_reader(imported)) as con:
        assert con.execute("SELECT count(*) FROM findings").fetchone()[0]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("evidence.base.passes.run", full)
    assert main(["evidence", "findings", "--state", str(imported)]) == 0
    out, err = capsys.readouterr()
    assert out == shown and "Evidence cannot be kept" in err


def test_ctrl_c_is_no_traceback(
    imported: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("evidence.base.passes.run", stopped)
    assert main(["evidence", "findings", "--state", str(imported)]) == 1
    assert "goes on from there" in capsys.readouterr().err


def test_a_range_that_ends_before_it_begins_is_refused(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "findings", "--from", "-1h", "--to", "-2h", "--state", str(imported)]) == 1
    assert "--from must be earlier than --to." in capsys.readouterr().err


def test_a_damaged_file_is_put_aside_said_and_made_again(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "findings", "--json", "--state", str(imported)]) == 0
    before = capsys.readouterr().out
    (imported / evidence_file.FILE_NAME).write_bytes(b"no database" * 500)
    assert main(["evidence", "findings", "--json", "--state", str(imported)]) == 0
    after = capsys.readouterr()
    assert after.out == before and json.loads(before)
    assert "A damaged file is put aside as evidence.db.corrupt-" in after.err


def test_a_damaged_log_is_an_error(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = imported / "querylog.db"
    path.write_bytes(path.read_bytes()[:5000] + b"x" * 90_000)
    assert main(["evidence", "findings", "--state", str(imported)]) == 1
    told = capsys.readouterr()
    assert told.out == "" and "The query log is damaged" in told.err and "Start Telltale" in told.err
