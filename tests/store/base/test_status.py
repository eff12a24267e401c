# SPDX-License-Identifier: GPL-3.0-or-later
import os
from pathlib import Path

import pytest

from store.base import status


def test_what_is_published_is_read(tmp_path: Path) -> None:
    assert status.publish(tmp_path, "worker-1", {"queries": 5})
    assert status.publish(tmp_path, "worker-1", {"queries": 6})
    assert status.publish(tmp_path, "recorder", {"error": None})
    found = status.read(tmp_path)
    assert found.keys() == {"worker-1", "recorder"}
    assert found["worker-1"]["queries"] == 6 and found["worker-1"]["pid"] == os.getpid()
    assert found["worker-1"]["time"] > 1_600_000_000
    status.withdraw(tmp_path, "worker-1")
    assert status.read(tmp_path).keys() == {"recorder"}


@pytest.mark.parametrize("text", ["", "{", "[1]", "[" * 100_000, '{"x": "' + "x" * 300_000 + '"}', "\x00"])
def test_what_does_not_read_is_left_out(tmp_path: Path, text: str) -> None:
    (tmp_path / "worker-1.json").write_text(text)
    status.publish(tmp_path, "recorder", {})
    assert status.read(tmp_path).keys() == {"recorder"}


def test_a_place_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    assert not status.publish(tmp_path / "missing", "recorder", {"rows": 1})
    assert status.read(tmp_path / "missing") == {}


def test_a_role_is_no_path(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no role"):
        status.publish(tmp_path, "../secret", {})


def test_the_run_directory(tmp_path: Path) -> None:
    chosen = tmp_path / "chosen"
    assert status.run_dir(tmp_path, {"TELLTALE_RUN": str(chosen)}) == chosen and chosen.is_dir()
    found = status.run_dir(tmp_path / "state", {})
    assert found.is_dir() and found == status.run_dir(tmp_path / "x" / ".." / "state", {})
    assert found != status.run_dir(tmp_path / "other", {})
    assert found.stat().st_mode & 0o777 == 0o700
    for made in (found, status.run_dir(tmp_path / "other", {})):
        made.rmdir()


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="there is no /dev/shm")
def test_a_directory_that_somebody_else_laid_there_is_not_used(tmp_path: Path) -> None:
    state = tmp_path / "state"
    taken = status.run_dir(state, {})
    taken.rmdir()
    taken.symlink_to(tmp_path)
    try:
        assert status.run_dir(state, {}) == state / "run"
    finally:
        taken.unlink()


def test_who_only_reads_creates_nothing_and_finds_the_same_place(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    assert status.find_run_dir(state, {"TELLTALE_RUN": "/chosen"}) == Path("/chosen")
    assert status.find_run_dir(state, {}) == state / "run"
    assert list(state.iterdir()) == []
    used = status.run_dir(state, {})
    try:
        assert status.find_run_dir(state, {}) == used
    finally:
        used.rmdir()
