# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of idle tests in a backup: they come back whole, once, beside those that are here; no others do."""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from asked_log import NOW, Asked
from fresh_state import _migrated as _migrated
from idle_home import START, begun, settled_home

from blocklists.whose import facts
from evidence.idle_test import backed_up, idle_test_rows, idle_tests_file, settle
from evidence.idle_test.idle_test import MINUTE_US
from store.backup import backup_form
from store.backup.restore import restore
from store.base import db
from store.config import edit
from store.config.session import EditError

pytestmark = pytest.mark.database

DAY_US = 24 * 60 * MINUTE_US


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two devices; a test of each is kept, a third is not over."""
    folder = tmp_path / "home"
    folder.mkdir()
    state = settled_home(folder, [Asked(START + minute * MINUTE_US, 1, "data.mistat.xiaomi.com")
                                  for minute in range(1, 60, 5)])  # fmt: skip
    begun(state)
    begun(state, 2, unblocked_us=START + 30 * MINUTE_US)
    assert settle.settle(state, tmp_path, NOW + DAY_US, facts.load) == 2
    begun(state, 1, NOW + DAY_US)
    return state


def empty(home: Path, folder: Path) -> Path:
    """The same home on a new card: what config.db holds is there, and no test."""
    folder.mkdir()
    return settled_home(folder)


def backup_of(state: Path) -> str:
    with closing(db.connect(state / "config.db")) as con:
        return backup_form.dump(con, backed_up.rows(state))


def put(state: Path, text: str, *only: str, dry_run: bool = False) -> int:
    restored = restore(edit.engine(state), backup_form.load(text), only, backed_up.putting_back(state), dry_run=dry_run)
    return next(part.added for part in restored.counts if part.part == "idle_tests")


def kept(state: Path) -> dict[int, Any]:
    with closing(idle_tests_file.open_reader(state)) as con:
        tests = [test for test in idle_test_rows.tests(con) if test.settled]
        return {test.id: (idle_test_rows.kept(con, test.id), test.device, test.own) for test in tests}


def test_results_come_back_whole_and_once(home: Path, tmp_path: Path) -> None:
    text, new = backup_of(home), empty(home, tmp_path / "new")
    assert put(new, text, dry_run=True) == 2 and not (new / idle_tests_file.FILE_NAME).exists()
    assert put(new, text) == 2 and put(new, text) == 0
    assert kept(new) == kept(home) and len(kept(new)) == 2
    assert backup_of(new) == text


def test_those_that_are_here_stay_and_numbers_that_are_taken_are_others(home: Path, tmp_path: Path) -> None:
    text, new = backup_of(home), empty(home, tmp_path / "new")
    first = begun(new, 2, START - DAY_US)
    assert put(new, text, "idle_tests") == 2
    with closing(idle_tests_file.open_reader(new)) as con:
        tests = idle_test_rows.tests(con)
    assert len(tests) == 3 and {test.id for test in tests} > {first.id}
    assert len(kept(new)) == 2


def test_a_part_alone_wants_the_same_devices(home: Path, tmp_path: Path) -> None:
    text, new = backup_of(home), empty(home, tmp_path / "new")
    with closing(db.connect(new / "config.db")) as con:
        con.execute("DELETE FROM client WHERE device_id = 2")
        con.execute("DELETE FROM device WHERE id = 2")
    with pytest.raises(EditError, match="means a device 2"):
        put(new, text, "idle_tests")
    assert kept(new) == {}
    assert put(new, text) == 2


def test_a_backup_of_before_has_none_and_takes_none_away(home: Path) -> None:
    values = json.loads(backup_of(home))
    del values["idle_tests"]
    before = kept(home)
    assert put(home, json.dumps(values)) == 0 and kept(home) == before


def _packed(value: object) -> str:
    return b64encode(zlib.compress(json.dumps(value).encode())).decode()


def _other_result(row: dict[str, Any], change: Callable[[dict[str, Any]], None]) -> None:
    result = json.loads(zlib.decompress(b64decode(row["result"])))
    change(result)
    row["result"] = _packed(result)


BROKEN: list[Callable[[dict[str, Any]], None]] = [
    lambda row: row.update(id=0), lambda row: row.update(id="1"), lambda row: row.update(from_us=row["to_us"]),
    lambda row: row.update(title=7), lambda row: row.update(title="x" * 101), lambda row: row.update(device="\ud800"),
    lambda row: row.update(addresses={}), lambda row: row.update(addresses=[1]), lambda row: row.update(more=1),
    lambda row: row.pop("own") and None, lambda row: row.update(result=""), lambda row: row.update(result="!!!"),
    lambda row: row.update(result=b64encode(b"no").decode()), lambda row: row.update(result=_packed({})),
    lambda row: row.update(result=_packed([])), lambda row: row.update(unblocked_us=-1),
    lambda row: row.update(to_us=1 << 59),
    lambda row: _other_result(row, lambda result: result.update(names=[{}])),
    lambda row: _other_result(row, lambda result: result.update(device=7)),
    lambda row: _other_result(row, lambda result: result["counts"].__setitem__(0, "many")),
    lambda row: _other_result(row, lambda result: result["limits"].update(silences=[[1, "x"]])),
    lambda row: row.update(result=b64encode(zlib.compress(b" " * (backed_up.MAX_RESULT + 1))).decode()),
]  # fmt: skip


@pytest.mark.parametrize("change", BROKEN)
def test_what_is_no_test_is_refused_and_nothing_is_done(
    home: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    values = json.loads(backup_of(home))
    values["tables"]["rule"] = []
    change(values["idle_tests"][1])
    new = empty(home, tmp_path / "new")
    with pytest.raises(EditError, match="Idle test 2 in this backup is not valid"):
        put(new, json.dumps(values))
    assert kept(new) == {}


@pytest.mark.parametrize("tests", [7, {}, "x"])
def test_a_backup_whose_tests_are_none_is_damaged(home: Path, tests: object) -> None:
    with pytest.raises(EditError, match="its idle tests are none"):
        backup_form.load(json.dumps({**json.loads(backup_of(home)), "idle_tests": tests}))


def test_too_many_are_refused(home: Path, tmp_path: Path) -> None:
    values = json.loads(backup_of(home))
    values["idle_tests"] *= 101
    with pytest.raises(EditError, match="202 idle tests, and 200 is the most"):
        put(home, json.dumps(values))
    values["idle_tests"] = values["idle_tests"][:1] * 199  # not there twice, but the two that are here
    with closing(idle_tests_file.open_writer(home)) as con:
        con.execute("UPDATE tests SET from_us = from_us + 1")
        for number in range(198):
            con.execute("INSERT INTO tests (device_id, device, title, from_us, to_us, addresses)"
                        " VALUES (9, '', '', ?, ?, '[]')", (number, number + 1))  # fmt: skip
    with pytest.raises(EditError, match="200 idle tests are kept at most"):
        put(home, json.dumps(values))


def test_a_damaged_file_is_said_and_no_backup_is_made(home: Path) -> None:
    (home / idle_tests_file.FILE_NAME).write_bytes(b"no database" * 1000)
    with pytest.raises(EditError, match="The idle tests cannot be read: it is damaged"):
        backed_up.rows(home)


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert backed_up.rows(tmp_path) == [] and not (tmp_path / idle_tests_file.FILE_NAME).exists()
