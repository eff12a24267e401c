# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever reads config.db does so without SQLModel: it costs a process some 20 MiB and a quarter of a second."""

import subprocess
import sys
from pathlib import Path

import pytest

import store

pytestmark = pytest.mark.process

ROOM = Path(str(store.__file__)).parent
# The rows as SQLModel classes; edits import them when they run (store.rows.on_demand), nothing at its top.
HEAVY = {"store.rows.config_rows", "store.rows.household_rows", "store.rows.local_rows"}
MODULES = sorted(".".join(("store", *path.relative_to(ROOM).with_suffix("").parts)) for path in ROOM.rglob("[a-z]*.py"))


@pytest.mark.parametrize("heavy", [False, True])
def test_only_the_modules_that_say_so_import_sqlmodel(heavy: bool) -> None:
    chosen = HEAVY if heavy else set(MODULES) - HEAVY
    code = f"import sys\nfor name in {sorted(chosen)!r}: __import__(name)\nprint('sqlmodel' in sys.modules)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(heavy)


@pytest.mark.parametrize("process", ["evidence.process", "resolver.worker", "resolver.recorder.process"])
def test_processes_that_edit_nothing_have_none(process: str) -> None:
    code = f"import sys, {process}\nprint('sqlmodel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
