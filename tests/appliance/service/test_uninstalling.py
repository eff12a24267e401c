# SPDX-License-Identifier: GPL-3.0-or-later
"""Uninstalling: no trace but the state, and that goes when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.errors import Complaint
from appliance.service import installing, uninstalling
from appliance.service.install_choices import PROGRAM, UNIT, Choices
from appliance.service.machine import Machine

pytestmark = pytest.mark.process

Commands = Callable[[], list[str]]


def test_no_trace_but_the_state(machine: Machine, commands: Commands) -> None:
    before = sorted(path for path in machine.root.rglob("*") if not path.is_dir())
    installing.install(machine, installing.plan(machine, Choices(), {}))
    machine.at("/etc/passwd").write_text("telltale:x:953:953::/:/bin/false\n")
    (machine.at("/var/lib/telltale") / "config.db").write_text("precious")
    key = _authority_key(machine)
    record = uninstalling.found(machine)
    assert record is not None
    uninstalling.uninstall(machine, record, purge=False)
    left = sorted(path for path in machine.root.rglob("*") if not path.is_dir())
    assert left == sorted([*before, machine.at("/var/lib/telltale/config.db"), key])
    assert "userdel telltale" in commands() and "systemctl disable --now telltale.service" in commands()


def test_purge_takes_the_state_and_with_it_the_keys(machine: Machine) -> None:
    installing.install(machine, installing.plan(machine, Choices(), {}))
    _authority_key(machine)
    record = uninstalling.found(machine)
    assert record is not None
    uninstalling.uninstall(machine, record, purge=True)
    assert not machine.at("/var/lib/telltale").exists()


def _authority_key(machine: Machine) -> Path:
    """Of the home's own authority, in a folder that nobody else may look into."""
    folder = machine.at("/var/lib/telltale/tls")
    folder.mkdir(mode=0o700)
    (folder / "ca.key").write_text("a key")
    return folder / "ca.key"


def test_a_unit_put_there_by_hand_goes_and_its_user_stays(machine: Machine, commands: Commands) -> None:
    assert uninstalling.found(machine) is None
    machine.write(UNIT, "[Service]\n")
    record = uninstalling.found(machine)
    assert record is not None
    uninstalling.uninstall(machine, record, purge=False)
    assert machine.read(UNIT) is None
    assert not [line for line in commands() if line.startswith("userdel")]


def test_a_step_that_fails_keeps_no_other_from_being_done(machine: Machine, tmp_path: Path) -> None:
    installing.install(machine, installing.plan(machine, Choices(), {}))
    (tmp_path / "failing").write_text("systemctl disable\n")
    record = uninstalling.found(machine)
    assert record is not None
    with pytest.raises(Complaint, match="Not everything could be taken away"):
        uninstalling.uninstall(machine, record, purge=False)
    assert machine.read(UNIT) is None and not machine.at(PROGRAM).exists()
