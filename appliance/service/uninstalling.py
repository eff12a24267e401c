# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale uninstall`: all that `install` put on the machine goes, what it changed is put back; the state is kept.

It works without a record, too (a unit that was put there by hand): then the user stays. One step that fails keeps no
other from being done, and is told at the end.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from appliance.errors import Complaint
from appliance.service import freed_ports, moved_state
from appliance.service.install_choices import COMMAND, PROGRAM, RECORD, SERVICE, STUB, UNIT, Choices, Record, record_of
from appliance.service.machine import Machine
from store.base.sentences import say


def found(machine: Machine) -> Record | None:
    """What was installed; None: nothing."""
    record = record_of(machine.read(RECORD) or "")
    if record is None and machine.read(UNIT) is not None:
        return Record(Choices())
    return record


def uninstall(machine: Machine, record: Record, *, purge: bool) -> None:
    """Raises Complaint, after all steps, for the first that failed."""
    faults: list[str] = []

    def step(sentence: str, do: Callable[[], object]) -> None:
        machine.say(sentence)
        try:
            do()
        except (Complaint, OSError) as error:
            faults.append(str(error))

    step(say("Stops the service."), lambda: _stop(machine))
    step(say("Removes {path}.", path=UNIT), lambda: machine.remove(UNIT))
    if machine.read(STUB) is not None:
        step(say("Gives port 53 back to systemd-resolved."),
             lambda: freed_ports.give_back_stub(machine, record.resolv_conf, record.resolv_link))  # fmt: skip
    if purge:
        step(say("Removes {path}.", path=record.choices.state), lambda: _purge(machine, record))
    else:
        step(say("Keeps the state, {folder}, for root alone.", folder=record.choices.state),
             lambda: _keep(machine, record))  # fmt: skip
    if record.made_user:
        step(say("Removes the user {user}.", user=record.choices.user), lambda: _remove_user(machine, record))
    step(say("Removes the program, {folder}.", folder=PROGRAM), lambda: _remove_program(machine))
    machine.systemctl("daemon-reload")
    if faults:
        raise Complaint(say("Not everything could be taken away: {reason}", reason=faults[0]))


def _stop(machine: Machine) -> None:
    if machine.live:
        machine.systemctl("disable", "--now", SERVICE)
    else:
        machine.systemctl("disable", SERVICE)


def _keep(machine: Machine, record: Record) -> None:
    """Nobody who gets the number of the user that goes shall read it."""
    state = machine.at(record.choices.state)
    if not machine.dry and record.made_user and machine.live and os.geteuid() == 0 and state.is_dir():
        moved_state.give_to(state, 0, 0)


def _purge(machine: Machine, record: Record) -> None:
    machine.remove(record.choices.state)
    machine.remove("/etc/default/telltale")


def _remove_user(machine: Machine, record: Record) -> None:
    if machine.has_user(record.choices.user):
        prefix = () if machine.live else ("--prefix", str(machine.root))
        machine.run(["userdel", *prefix, record.choices.user])


def _remove_program(machine: Machine) -> None:
    command = machine.at(COMMAND)
    if command.is_symlink() and command.readlink() == Path(f"{PROGRAM}/bin/telltale"):
        machine.remove(COMMAND)
    machine.remove(PROGRAM)
