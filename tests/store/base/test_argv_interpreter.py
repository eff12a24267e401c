# SPDX-License-Identifier: GPL-3.0-or-later
"""A process of ours runs this house's code, whatever lies in the folder in which somebody calls us."""

import subprocess
import sys
from pathlib import Path

import pytest
from source_files import HOUSE
from waiting import HANG_SECONDS

from store.base import argv

pytestmark = pytest.mark.process

PLANTED = "import os; os.write(2, b'planted'); os._exit(9)\n"


def test_it_runs_the_module_as_python_does_and_nothing_from_the_folder_it_is_called_in(tmp_path: Path) -> None:
    for name in ("store", "json", "logging", "runpy", "sitecustomize_not"):
        (tmp_path / f"{name}.py").write_text(PLANTED)
    (tmp_path / "appliance").mkdir()
    (tmp_path / "appliance" / "__init__.py").write_text(PLANTED)
    command = argv.fresh_interpreter("store.config.settings_doc")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith("# ")
    plain = [sys.executable, "-m", "store.config.settings_doc"]
    done = subprocess.run(plain, cwd=tmp_path, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
    assert done.returncode != 0, "the test shows something"


def test_words_come_last_and_arrive(tmp_path: Path) -> None:
    done = subprocess.run(
        argv.fresh_interpreter("blocklists.update.process", "--state"), cwd=tmp_path, capture_output=True, text=True,
        timeout=HANG_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode != 0 and "--state" in done.stderr


def test_nothing_in_the_house_is_started_otherwise() -> None:
    rooms = ("appliance", "blocklists", "dhcp", "evidence", "firewall", "native", "network", "recursor", "resolver",
             "store", "webui", "wire")  # fmt: skip
    files = (path for room in rooms for path in (HOUSE / room).rglob("*.py"))
    assert not [str(path) for path in files if 'sys.executable, "-m"' in path.read_text()]
