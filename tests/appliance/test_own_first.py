# SPDX-License-Identifier: GPL-3.0-or-later
"""A shell's PYTHONPATH names packages that are called as ours are, or as our libraries: ours run all the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.base import argv

pytestmark = pytest.mark.process

HOUSE = Path(__file__).parents[2]


@pytest.fixture
def foreign(tmp_path: Path) -> dict[str, str]:
    """An environment in which whoever takes a package from there fails."""
    for name in ("store", "network", "native", "typer"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('not ours')\n")
    (tmp_path / "of_theirs.py").write_text("")
    return {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{HOUSE}"}


def run(environ: dict[str, str], *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, env=environ, capture_output=True, text=True, check=False, cwd=cwd)


def test_the_command_is_ours(foreign: dict[str, str]) -> None:
    told = run(foreign, sys.executable, "-P", "-m", "appliance", "lists", "--help")
    assert (told.returncode, told.stderr) == (0, "") and "Usage: telltale lists" in told.stdout


def test_so_are_the_processes_that_it_starts(foreign: dict[str, str], tmp_path: Path) -> None:
    told = run(foreign, *argv.fresh_interpreter("blocklists.update.process", "--state", str(tmp_path)))
    assert f"there is no {tmp_path}/config.db" in told.stderr and "not ours" not in told.stderr


def test_and_the_libraries_that_those_take(foreign: dict[str, str]) -> None:
    told = run(foreign, *argv.fresh_interpreter("typer", "--help"))
    assert told.returncode == 0 and "Usage" in told.stdout, told.stderr


@pytest.mark.parametrize("named", [f"{os.pathsep}{HOUSE}", f"{HOUSE}{os.pathsep}", os.pathsep])
def test_an_empty_entry_is_the_folder_in_which_the_shell_is(
    foreign: dict[str, str], tmp_path: Path, named: str
) -> None:  # fmt: skip
    """As `$PYTHONPATH:more` has it: whoever may write into /tmp would have a file of theirs run."""
    environ = {**foreign, "PYTHONPATH": named}
    told = run(environ, sys.executable, "-P", "-c", "import appliance.cli, store, typer", cwd=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    told = run(environ, *argv.fresh_interpreter("typer", "--help"), cwd=tmp_path)
    assert told.returncode == 0, told.stderr


def test_what_is_theirs_alone_is_still_there(foreign: dict[str, str]) -> None:
    """As libraries are that a system keeps in such a folder."""
    told = run(foreign, sys.executable, "-P", "-c", "import appliance.cli, store, of_theirs; print(store.__file__)")
    assert told.stdout.strip() == str(HOUSE / "store" / "__init__.py"), told.stderr


def test_a_shell_that_names_the_house_itself_changes_nothing() -> None:
    code = "import sys; before = list(sys.path); import appliance.cli; print(before == sys.path)"
    assert run({**os.environ, "PYTHONPATH": str(HOUSE)}, sys.executable, "-P", "-c", code).stdout == "True\n"
