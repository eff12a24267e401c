# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine in a folder, and commands that only write down how they were called."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.service import first_answer, freed_ports, program_copy
from appliance.service.machine import Machine

Commands = Callable[[], list[str]]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A system's files, below a folder."""
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/bash\n")
    return root


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """All commands that were run, in their order; those named in the file `failing` fail."""
    folder, log, failing = tmp_path / "bin", tmp_path / "commands", tmp_path / "failing"
    folder.mkdir()
    failing.touch()
    for name in ("systemctl", "useradd", "userdel", "journalctl"):
        script = folder / name
        script.write_text(
            f'#!/bin/sh\nprintf "%s\\n" "{name} $*" >>"{log}"\n'
            f'if grep -qxF "{name} $1" "{failing}"; then echo "{name} broke"; exit 3; fi\n'
            'case "$1" in is-active|is-enabled|is-failed) exit 1;; esac\n'
        )
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return lambda: log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def machine(files: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """One whose system runs, as far as the commands tell; the program is a file, and DNS answers at once."""

    def build(folder: Path, python: Path) -> None:
        (folder / "bin").mkdir(parents=True)
        (folder / "bin/telltale").write_text("the program\n")

    monkeypatch.setattr(program_copy, "build", build)
    monkeypatch.setattr(program_copy, "interpreter", lambda: Path("/usr/bin/python3"))  # wherever this one lies
    monkeypatch.setattr(first_answer, "answers", lambda choices: True)
    monkeypatch.setattr(freed_ports, "holders", lambda endpoints, port: [])
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return Machine(files)
