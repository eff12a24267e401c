# SPDX-License-Identifier: GPL-3.0-or-later
import os
import subprocess
import sys
from pathlib import Path

import pytest
from waiting import HANG_SECONDS

from blocklists.index import list_files
from blocklists.index.index import Index
from store.base.db import open_config

pytestmark = pytest.mark.database


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    open_config(folder)
    return folder


def process(state: Path, run: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "blocklists.update.process", "--state", str(state), "--run", str(run), *options]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environ)


@pytest.mark.process
def test_compiling_alone_makes_an_index_of_the_packs(state: Path, tmp_path: Path) -> None:
    made = process(state, tmp_path, "--compile-only")
    assert made.wait(HANG_SECONDS) == 0, made.communicate()[1]
    made.communicate()
    assert len(Index.open(list_files.index_path(state))) > 100


@pytest.mark.process
def test_without_a_database_it_says_what_to_do(tmp_path: Path) -> None:
    made = process(tmp_path / "nothing", tmp_path)
    _, log = made.communicate(timeout=HANG_SECONDS)
    assert made.returncode == 1
    assert "start Telltale once" in log and "Traceback" not in log
