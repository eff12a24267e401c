# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes with their way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.errors import Complaint
from appliance.service.machine import Machine

pytestmark = pytest.mark.process


def test_everything_is_taken_back_the_last_first(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("before")
    (tmp_path / "file").chmod(0o640)
    (tmp_path / "link").symlink_to("there")
    machine = Machine(tmp_path)
    assert machine.write("/file", "after") and machine.write("/file", "and again")
    assert machine.write("/new/folder/file", "text") and machine.folder("/made", 0o700)
    assert machine.link("/link", "elsewhere") and machine.remove("/file")
    machine.roll_back()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link"]
    assert (tmp_path / "file").read_text() == "before" and (tmp_path / "file").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "link").readlink() == Path("there")


def test_what_stands_so_is_left_alone(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    assert machine.write("/file", "text") and not machine.write("/file", "text")
    assert machine.link("/link", "file") and not machine.link("/link", "file")
    assert not machine.remove("/nothing")


def test_what_is_settled_stays(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.write("/file", "text")
    machine.settle("/file")
    machine.roll_back()
    assert (tmp_path / "file").read_text() == "text"


def test_a_command_that_fails_says_what_it_said(commands: Callable[[], list[str]], tmp_path: Path) -> None:
    (tmp_path / "failing").write_text("systemctl enable\n")
    machine = Machine(tmp_path)
    with pytest.raises(Complaint, match="`systemctl enable x` failed: systemctl broke"):
        machine.systemctl("enable", "x")
    assert machine.ask(["there-is-no-such-command"])[0] == 127
    Machine(tmp_path, live=False).systemctl("restart", "x")
    Machine(tmp_path, live=False).systemctl("disable", "x")
    assert commands() == ["systemctl enable x", f"systemctl --root {tmp_path} disable x"]
