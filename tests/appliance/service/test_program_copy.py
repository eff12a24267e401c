# SPDX-License-Identifier: GPL-3.0-or-later
"""The copy of the program runs by itself, with nothing of where it came from."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.errors import Complaint
from appliance.service import program_copy

pytestmark = pytest.mark.process


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder whose path a script's first line can name: without a space, and short, as that of PROGRAM."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        yield Path(folder)


def test_it_runs_without_what_it_was_copied_from(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program_copy, "_compile", lambda python, library: None)  # seconds, for nothing here
    monkeypatch.setattr(program_copy, "PROGRAM", str(place / "there"))
    program_copy.build(place / "new", Path(sys.executable).resolve())
    (place / "new").rename(place / "there")
    command = [place / "there/bin/telltale", "explain", "--deny", "a.example", "a.example"]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "") and "BLOCK" in done.stdout
    where = [place / "there/bin/python3", "-c", "import webui.app, store; print(store.__file__)"]
    assert subprocess.check_output(where, text=True, cwd="/").startswith(str(place / "there/lib"))
    names = {path.name for path in (place / "there/lib").glob("python*/site-packages/*")}
    assert not names & {"mypy", "pytest", "_telltale.pth"}


def test_it_takes_what_it_needs_and_no_more() -> None:
    names = {distribution.metadata["Name"].lower() for distribution in program_copy.needed()}
    assert {"telltale", "fastapi", "starlette", "uvicorn", "jinja2", "markupsafe"} <= names
    assert not names & {"pytest", "ruff", "mypy"}


def test_a_python_in_somebody_s_home_gives_way_to_the_system_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program_copy, "is_open", lambda path: str(path).startswith("/usr"))
    monkeypatch.setattr(program_copy.sys, "_base_executable", str(tmp_path / "python3"), raising=False)  # type: ignore[attr-defined]
    monkeypatch.setattr(Path, "is_file", lambda path: True)
    assert program_copy.interpreter().parent == Path("/usr/bin")
    monkeypatch.setattr(program_copy, "is_open", lambda path: False)
    with pytest.raises(Complaint, match="in a home folder"):
        program_copy.interpreter()


def test_homes_and_closed_folders_are_not_open(tmp_path: Path) -> None:
    assert program_copy.is_open(Path("/usr/bin"))
    assert not program_copy.is_open(Path("/root"))
    assert not program_copy.is_open(tmp_path)
