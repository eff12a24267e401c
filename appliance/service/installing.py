# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale install`: the system user, the state folder, the program, the unit, port 53, and the start.

All that can be refused is looked at first; then each step says itself in a sentence. What fails takes every step before
it back. Done again it changes what differs, and starts the service anew: that is the upgrade.
"""

from __future__ import annotations

import os
import pwd
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.errors import Complaint
from appliance.process.port_owner import Holder
from appliance.service import first_answer, freed_ports, moved_state, program_copy, unit_file
from appliance.service.install_choices import COMMAND, PROGRAM, RECORD, SERVICE, UNIT, Choices, Record, record_of
from appliance.service.machine import Machine
from store.base.sentences import say


@dataclass(frozen=True, slots=True)
class Plan:
    """What was found before anything is changed. `python`: None where the program stays as it is."""

    choices: Choices
    before: Record | None
    holders: tuple[Holder, ...]
    brought: Path | None
    python: Path | None


def plan(machine: Machine, choices: Choices, environ: Mapping[str, str], *, fresh: bool = False) -> Plan:
    """Raises Complaint for what would fail later."""
    before = record_of(machine.read(RECORD) or "")
    holders = freed_ports.holders(choices.dns, 53) if machine.live else []
    freed_ports.refuse(holders)
    if machine.live and machine.has_user(choices.user) and before is None:
        _refuse_person(choices.user)
    state = machine.at(choices.state)
    brought = None if fresh else moved_state.tried_out(environ, state)
    if brought is not None:
        moved_state.refuse_running(brought)
    wall, dhcp = moved_state.wants(brought or state)
    choices = replace(choices, wall=choices.wall or wall, dhcp=choices.dhcp or dhcp)
    python = None if program_copy.runs_from_there() else program_copy.interpreter()
    return Plan(choices, before, tuple(holders), brought, python)


def install(machine: Machine, wanted: Plan) -> Record:
    """Do it. Raises Complaint; then everything is as it was."""
    try:
        return _install(machine, wanted)
    except BaseException:
        machine.say(say("That failed, so all of it is taken back."))
        machine.roll_back()
        raise


def _install(machine: Machine, wanted: Plan) -> Record:
    was_active = machine.live and not machine.dry and machine.ask(["systemctl", "is-active", "-q", SERVICE])[0] == 0
    if machine.live:
        machine.on_back(lambda: _as_before(machine, was_active=was_active))
    record = wanted.before or Record(wanted.choices)
    record = replace(record, choices=wanted.choices, made_user=_user(machine, wanted.choices) or record.made_user)
    record = replace(record, made_state=_state(machine, wanted) or record.made_state)
    if wanted.python is not None:
        _program(machine, wanted.python)
    machine.say(say("Writes the service, {path}.", path=UNIT))
    machine.write(UNIT, unit_file.render(wanted.choices))
    if any(holder.is_stub for holder in wanted.holders):
        machine.say(say("Has systemd-resolved leave port 53 to Telltale; this machine goes on looking up names."))
        content, is_link = freed_ports.free_stub(machine)
        record = replace(record, resolv_conf=content or record.resolv_conf, resolv_link=is_link or record.resolv_link)
    machine.write(RECORD, record.to_text())
    _start(machine, wanted.choices, was_active=was_active)
    machine.settle(PROGRAM)
    return record


def _user(machine: Machine, choices: Choices) -> bool:
    """Whether it had to be made."""
    if machine.has_user(choices.user):
        return False
    machine.say(say("Makes the system user {user}, who owns nothing but Telltale's state.", user=choices.user))
    prefix = () if machine.live else ("--prefix", str(machine.root))
    words = ("--system", "--user-group", "--no-create-home", "--home-dir", choices.state)
    command = ["useradd", *prefix, *words, "--shell", "/usr/sbin/nologin", choices.user]
    machine.run(command, ["userdel", *prefix, choices.user])
    return True


def _state(machine: Machine, wanted: Plan) -> bool:
    """Whether the folder had to be made."""
    made, state = machine.folder(wanted.choices.state, 0o700), machine.at(wanted.choices.state)
    if made:
        machine.say(say("Makes the folder for its state, {folder}.", folder=wanted.choices.state))
    if wanted.brought is not None:
        machine.say(say("Takes along what was set up in {folder}; that stays as it is.", folder=wanted.brought))
    if machine.dry:
        return made
    if wanted.brought is not None:
        moved_state.copy(wanted.brought, state)
    state.chmod(0o700)
    if machine.live and os.geteuid() == 0:
        entry = pwd.getpwnam(wanted.choices.user)
        moved_state.give_to(state, entry.pw_uid, entry.pw_gid)
    return made


def _program(machine: Machine, python: Path) -> None:
    machine.say(say("Copies the program to {folder}, and the command `telltale` to {command}.", folder=PROGRAM,
                    command=COMMAND))  # fmt: skip
    existing = machine.at(COMMAND)
    target = f"{PROGRAM}/bin/telltale"
    if os.path.lexists(existing) and not (existing.is_symlink() and str(existing.readlink()) == target):
        machine.say(say("{command} is somebody else's and stays; the command is {own}.", command=COMMAND, own=target))
    else:
        machine.link(COMMAND, target)
    if machine.dry:
        return
    parent = machine.at(PROGRAM).parent
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=".telltale-") as folder:
        program_copy.build(Path(folder) / "new", python)
        if (record := machine.read(RECORD)) is not None:
            (Path(folder) / "new" / Path(RECORD).name).write_text(record)
        machine.replace_folder(PROGRAM, Path(folder) / "new")


def _start(machine: Machine, choices: Choices, *, was_active: bool) -> None:
    machine.say(say("Starts the service, now and whenever this machine starts."))
    machine.systemctl("daemon-reload")
    is_enabled = machine.live and machine.ask(["systemctl", "is-enabled", "-q", SERVICE])[0] == 0
    machine.systemctl("enable", SERVICE, back=() if is_enabled else ("disable", SERVICE))
    machine.systemctl("restart", SERVICE)
    if machine.live and not machine.dry:
        if not was_active:
            machine.on_back(lambda: machine.ask(["systemctl", "stop", SERVICE]))
        first_answer.wait(machine, choices)


def _as_before(machine: Machine, *, was_active: bool) -> None:
    """The last of the way back: the files are what they were."""
    machine.ask(["systemctl", "daemon-reload"])
    if was_active:
        machine.ask(["systemctl", "restart", SERVICE])


def _refuse_person(name: str) -> None:
    """Whoever logs in with a password keeps their account to themselves."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return
    if entry.pw_uid >= 1000 or entry.pw_uid == 0:
        raise Complaint(say(
            "'{user}' is a person's account (number {uid}): leave --user out, and the service has one of its own.",
            user=name, uid=entry.pw_uid,
        ))
