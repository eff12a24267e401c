# SPDX-License-Identifier: GPL-3.0-or-later
"""Workers, recorder and firewall read config.db without SQLModel: it costs a process some 40 MiB."""

import subprocess
import sys
from pathlib import Path

import pytest

import store

pytestmark = pytest.mark.process

ROOM = Path(str(store.__file__)).parent
EDITING = ("tables", "session", "edit", "lists", "list_input", "rule_input", "account", "existing")
HOUSEHOLD = (
    "household_tables", "groups", "group_parts", "schedules", "window_input", "pauses", "exceptions", "requests",
    "changes", "undo", "safe_search_edit", "service_edit",
)  # fmt: skip
DEVICES = ("device_edits", "find_named", "kind_edit")
BACKUP = ("backup_form", "backup_checks", "part_changes", "restore", "row_checks")
LOCAL = (
    "local_tables", "record_edit", "forward_edit", "lease_edit", "correction_edit", "finding_states",
    "device_word_edit", "insecure_edit",
)  # fmt: skip
IMPORTS = ("clear_request",)
RULES = ("pasted_rules", "rule_edit")
ACCOUNTS = ("expiry", "login_sessions", "people", "two_step")
REST = {"store.wall.wall_edit", "store.certificates.certificate_edit"}
HEAVY = {f"store.config.{name}" for name in EDITING} | {f"store.household.{name}" for name in HOUSEHOLD} | {
    f"store.local.{name}" for name in LOCAL
} | {f"store.accounts.{name}" for name in ACCOUNTS} | {
    f"store.backup.{name}" for name in BACKUP
} | {f"store.devices.{name}" for name in DEVICES} | {
    f"store.imports.{name}" for name in IMPORTS
} | {f"store.rules.{name}" for name in RULES} | REST
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
