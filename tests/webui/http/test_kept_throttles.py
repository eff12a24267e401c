# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever guesses begins anew with no process of ours."""

import errno
import json
import stat
import tempfile
from pathlib import Path

import pytest

from webui.http import kept_throttles
from webui.http.kept_throttles import FILE_NAME, KeptThrottles
from webui.http.throttle import ADDRESS_BURST, HOUSE_BURST, Throttle


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def begun(run: Path, clock: Clock) -> tuple[Throttle, KeptThrottles]:
    """As a process begins."""
    throttle = Throttle(clock)
    kept = KeptThrottles(run, {"throttle": throttle})
    kept.load()
    return throttle, kept


def worn_out(run: Path, clock: Clock) -> None:
    throttle, kept = begun(run, clock)
    for _ in range(ADDRESS_BURST):
        throttle.take("192.168.1.5")
    kept.save()


def test_who_was_out_of_tries_is_so_in_the_next_process_until_its_time_is_over(tmp_path: Path, clock: Clock) -> None:
    worn_out(tmp_path, clock)
    throttle, _ = begun(tmp_path, clock)
    wait = throttle.take("192.168.1.5")
    assert wait > 0.0 and throttle.take("192.168.1.6") == 0.0
    clock.now += wait + 0.001
    throttle, _ = begun(tmp_path, clock)
    assert throttle.take("192.168.1.5") == 0.0 and throttle.take("192.168.1.5") > 0.0


def test_what_all_have_tried_together_is_kept(tmp_path: Path, clock: Clock) -> None:
    throttle, kept = begun(tmp_path, clock)
    for number in range(HOUSE_BURST):
        throttle.take(f"10.0.0.{number}")
    kept.save()
    throttle, _ = begun(tmp_path, clock)
    assert throttle.take("10.1.0.1") > 0.0
    assert throttle.take("10.1.0.1", known=True) == 0.0


def test_the_file_is_ours_alone_and_names_nobody(tmp_path: Path, clock: Clock) -> None:
    throttle, kept = begun(tmp_path, clock)
    for whose in ("192.168.1.5", "user admin", "session a-csrf-token"):
        throttle.take(whose)
    kept.save()
    path = tmp_path / FILE_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not any(word in path.read_text() for word in ("192.168", "admin", "csrf-token"))


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "\0" * 100, "[" * 100_000])
def test_of_a_file_that_does_not_read_nobody_gains_a_try(tmp_path: Path, clock: Clock, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    throttle, kept = begun(tmp_path, clock)
    assert throttle.take("10.0.0.1") > 0.0 and throttle.take("10.0.0.1", known=True) == 0.0
    clock.now += 60.0
    assert throttle.take("10.0.0.1") == 0.0
    kept.save()
    again, _ = begun(tmp_path, clock)
    assert again.take("10.0.0.2") == 0.0


def test_numbers_that_cannot_be_give_nobody_more_than_there_is(tmp_path: Path, clock: Clock) -> None:
    worn_out(tmp_path, clock)
    path = tmp_path / FILE_NAME
    kept = json.loads(path.read_text())
    counts = kept["throttles"]["throttle"]
    counts["house"] = {"tokens": 1e300, "updated": 1e300}
    counts["addresses"] = {key: {"tokens": "many", "updated": None} for key in counts["addresses"]}
    path.write_text(json.dumps(kept))
    throttle, _ = begun(tmp_path, clock)
    assert throttle.take("192.168.1.5") > 0.0
    tries = [throttle.take(f"10.0.0.{number}") for number in range(HOUSE_BURST + 1)]
    assert not any(tries[:-1]) and tries[-1] > 0.0


def test_after_a_reboot_all_begin_anew(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    worn_out(tmp_path, clock)
    other = tmp_path / "boot_id"
    other.write_text("another\n")
    monkeypatch.setattr(kept_throttles, "BOOT_ID", other)
    throttle, _ = begun(tmp_path, clock)
    assert throttle.take("192.168.1.5") == 0.0


def test_where_nothing_can_be_written_it_holds_as_long_as_the_process(tmp_path: Path, clock: Clock) -> None:
    throttle, kept = begun(tmp_path / "nowhere", clock)
    for _ in range(ADDRESS_BURST):
        throttle.take("192.168.1.5")
    kept.save()
    assert throttle.take("192.168.1.5") > 0.0


def test_where_there_is_no_room_for_another_file_the_one_that_is_there_is_written_over(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with tempfile.TemporaryDirectory(dir="/dev/shm") as shared_memory:
        run = Path(shared_memory)
        _, kept = begun(run, clock)
        kept.save()
        monkeypatch.setattr(Path, "replace", full)
        worn_out(run, clock)
        throttle, _ = begun(run, clock)
        assert throttle.take("192.168.1.5") > 0.0 and throttle.take("192.168.1.6") == 0.0
