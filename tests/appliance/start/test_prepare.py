# SPDX-License-Identifier: GPL-3.0-or-later
"""Before the children start: lists known, a password if one was given, and an index to answer from."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.errors import Complaint
from appliance.start import prepare
from blocklists.index.index import Index
from store.base import db
from store.base.sentences import unpacked
from store.config import account, lists, session

pytestmark = pytest.mark.process


def test_the_first_start(tmp_path: Path) -> None:
    db.open_config(tmp_path)
    said = prepare.prepare(tmp_path, {})
    assert isinstance(said["code"], str)
    assert len(said["code"]) == 9
    assert len(Index.open(tmp_path / "index" / "current.idx")) > 100
    assert any(view.id == "pack:xiaomi" and view.on for view in lists.blocklists(session.engine(tmp_path)))


def test_a_second_start_changes_nothing(state: Path) -> None:
    before = (state / "index" / "current.idx").read_bytes()
    version = lists.blocklists(session.engine(state))
    prepare.prepare(state, {})
    assert (state / "index" / "current.idx").read_bytes() == before
    assert lists.blocklists(session.engine(state)) == version


def test_the_password_of_the_environment_counts_once(state: Path) -> None:
    engine = session.engine(state)
    said = prepare.prepare(state, {"TELLTALE_PASSWORD": "first password"})
    assert said["code"] is None
    assert account.check(engine, "first password")
    prepare.prepare(state, {"TELLTALE_PASSWORD": "second password"})
    assert account.check(engine, "first password")


def test_a_corrupt_index_is_compiled_anew(state: Path) -> None:
    path = state / "index" / "current.idx"
    path.write_bytes(path.read_bytes()[:-20])
    said = prepare.prepare(state, {})
    assert "compiled anew" in str(said["notes"])
    assert len(Index.open(path)) > 100


def test_its_answer_is_one_json_object(state: Path) -> None:
    command = [sys.executable, "-m", "appliance.start.prepare", "--state", str(state)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout).keys() == {"code", "notes"}


def test_a_compilation_that_fails_is_a_complaint(tmp_path: Path) -> None:
    with pytest.raises(Complaint, match="could not be compiled"):
        prepare.compile_index(tmp_path)


@pytest.mark.parametrize(
    ("given", "password"),
    [("long enough\n", "long enough"), ("long enough\r\n", "long enough"), ("long\nenough", None), ("short", None)],
)
def test_a_password_variable_with_a_line_end(state: Path, given: str, password: str | None) -> None:
    """`echo` and files leave one at the end; within, no form could send it. The start goes on in any case."""
    told = prepare.prepare(state, {"TELLTALE_PASSWORD": given})
    assert (account.check(session.engine(state), password or given) is not None) is (password is not None)
    (note,) = map(unpacked, told["notes"])  # type: ignore[call-overload]
    assert "TELLTALE_PASSWORD" in note
    assert bool(told["code"]) is ("is not set" in note) is (password is None)
