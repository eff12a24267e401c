# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo: a household that lives on loopback, and that never touches a real appliance's data."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from waiting import HANG_SECONDS, until

from appliance.demo import demo
from appliance.demo.household_devices import DEVICES
from appliance.errors import Complaint
from store.base import db
from store.config import account, devices, session

pytestmark = pytest.mark.database


def test_a_real_appliances_directory_is_refused(prepared: Path, tmp_path: Path) -> None:
    with pytest.raises(Complaint, match="real appliance"):
        demo.claim(prepared)
    demo.claim(tmp_path / "new")
    (tmp_path / "new" / "config.db").touch()
    demo.claim(tmp_path / "new")


def test_the_household_is_known_by_name_and_maker(state: Path) -> None:
    demo.seed_devices(state)
    demo.seed_devices(state)
    with closing(db.connect(state / "config.db", read_only=True)) as con:
        found = devices.devices(con)
    assert {(row.found_name, row.maker, row.mac) for row in found} == {(d.name, d.maker, d.mac) for d in DEVICES}


@pytest.mark.slow
@pytest.mark.process
def test_the_demo_lives(tmp_path: Path) -> None:
    state, log = tmp_path / "demo", tmp_path / "log"
    command = [sys.executable, "-m", "appliance", "demo", "--state", str(state), "--dns", "127.0.0.1:0"]
    command += ["--web", "127.0.0.1:0", "--pace", "60", "--history", "none"]
    with log.open("w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, env=dict(os.environ))
    try:
        until(lambda: all(counts(state).get(verdict, 0) > 10 for verdict in ("BLOCK", "PASS")))
        assert rows(state, "SELECT count(*) FROM queries WHERE rcode = 'SERVFAIL'") == [(0,)]
        until(lambda: len(rows(state, "SELECT DISTINCT device FROM queries")) == len(DEVICES))
        names = {name for (name,) in rows(state, "SELECT DISTINCT device FROM queries")}
        assert names == {device.name for device in DEVICES}
        assert account.check(session.engine(state), demo.PASSWORD)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=HANG_SECONDS) == 0
    finally:
        process.kill()
        process.wait()
    assert demo.PASSWORD in log.read_text()
    assert "Traceback" not in log.read_text()


def test_a_state_with_a_log_keeps_its_own_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "querylog.db").touch()
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("it was written once more"))
    assert demo.write_history(tmp_path, "127.0.0.1:1", {}) == []


@pytest.mark.process
def test_a_history_that_cannot_be_written_is_told_and_the_demo_goes_on(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    [note] = demo.write_history(tmp_path / "file" / "state", "127.0.0.1:1", dict(os.environ))
    assert "could not be written" in note
    assert "Traceback" not in capfd.readouterr().err


def counts(state: Path) -> dict[str, int]:
    """How many queries there are of each verdict."""
    return dict(rows(state, "SELECT verdict, count(*) FROM queries GROUP BY verdict"))


def rows(state: Path, sql: str) -> list[Any]:
    try:
        with closing(sqlite3.connect(f"file:{state / 'querylog.db'}?mode=ro", uri=True)) as con:
            return con.execute(sql).fetchall()
    except sqlite3.OperationalError:
        return []
