# SPDX-License-Identifier: GPL-3.0-or-later
"""One appliance at a time has a state directory, and nothing that a start could do without keeps it from having it."""

import os
from pathlib import Path

import pytest

from appliance.errors import Complaint
from appliance.start import state_directory


def test_a_second_appliance_is_told_of_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_directory, "CLAIM_SECONDS", 0.0)
    first = state_directory.claim(tmp_path)
    assert first is not None
    with pytest.raises(Complaint, match=r"already runs on the state directory .* --state DIR"):
        state_directory.claim(tmp_path)
    os.close(first)
    second = state_directory.claim(tmp_path)
    assert second is not None and not list(tmp_path.iterdir()), "nothing is written for it"
    os.close(second)


def test_another_name_of_the_directory_is_the_same_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_directory, "CLAIM_SECONDS", 0.0)
    (tmp_path / "state").mkdir()
    (tmp_path / "link").symlink_to("state")
    first = state_directory.claim(tmp_path / "state")
    with pytest.raises(Complaint):
        state_directory.claim(tmp_path / "link")
    assert first is not None
    os.close(first)


@pytest.mark.parametrize("what", ["missing", "a file"])
def test_what_cannot_be_claimed_keeps_nobody_from_a_start(tmp_path: Path, what: str) -> None:
    path = tmp_path / "state"
    if what == "a file":
        path.touch()
    assert state_directory.claim(path) is None


def test_a_disk_without_locks_keeps_nobody_from_a_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(state_directory.fcntl, "flock", no_locks)
    number = state_directory.claim(tmp_path)
    assert number is not None
    os.close(number)
