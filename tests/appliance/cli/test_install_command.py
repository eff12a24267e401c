# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale install` and `uninstall`, as they are typed; below a folder that is no system that runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.cli import install_command
from appliance.service import program_copy

pytestmark = pytest.mark.process

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system's files; commands are there and do nothing, the program is a folder."""
    for name in ("systemctl", "useradd", "userdel"):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text("#!/bin/sh\n")
        (tmp_path / "bin" / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setattr(program_copy, "build", lambda folder, python: folder.mkdir())
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


def test_install_and_uninstall(command: Command, root: Path) -> None:
    code, out, err = command("install", "--root", str(root), "--dhcp", "--web", "0.0.0.0:8053")
    assert (code, err) == (0, "") and "Telltale is installed" in out
    unit = (root / "etc/systemd/system/telltale.service").read_text()
    assert "CAP_NET_RAW" in unit and "--web 0.0.0.0:8053" in unit
    assert command("install", "--root", str(root))[0] == 0
    assert (root / "etc/systemd/system/telltale.service").read_text() == unit, "what was chosen holds"
    code, _, err = command("install", "--root", str(root), "--user", "another")
    assert code == 1 and "uninstall it first" in err
    code, out, _ = command("uninstall", "--root", str(root), "--dry-run")
    assert code == 0 and "would remove" in out and (root / "etc/systemd/system/telltale.service").exists()
    assert command("uninstall", "--root", str(root))[0] == 0
    assert [path for path in root.rglob("*") if path.is_file()] == []
    assert (root / "var/lib/telltale").is_dir()
    code, _, err = command("uninstall", "--root", str(root))
    assert code == 1 and "not installed" in err


def test_purge_asks(command: Command, root: Path) -> None:
    command("install", "--root", str(root))
    code, _, err = command("uninstall", "--root", str(root), "--purge")
    assert code == 1 and "--yes" in err and (root / "var/lib/telltale").is_dir()
    assert command("uninstall", "--root", str(root), "--purge", "--yes")[0] == 0
    assert not (root / "var/lib/telltale").exists()


def test_where_it_cannot_be_done_it_says_how(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "mark"
    monkeypatch.setattr(install_command, "CONTAINER", (mark,))
    monkeypatch.setattr(install_command, "BOOTED", tmp_path)
    monkeypatch.setattr(install_command.os, "geteuid", lambda: 1000)  # type: ignore[attr-defined]
    monkeypatch.setattr(install_command.sys, "argv", ["/there/telltale", "install", "--wall"])  # type: ignore[attr-defined]
    assert "`sudo /there/telltale install --wall`" in command("install", "--wall")[2]
    monkeypatch.setattr(install_command, "BOOTED", tmp_path / "nothing")
    assert "not run by systemd" in command("install")[2]
    mark.touch()
    assert "restart: unless-stopped" in command("install")[2]
    assert "There is no folder" in command("install", "--root", str(tmp_path / "nothing"))[2]
    assert "person's home" not in command("install", "--root", str(tmp_path), "--state", "relative")[2]
