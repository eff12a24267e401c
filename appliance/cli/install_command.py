# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale install` and `uninstall`: Telltale as a service of this machine, and away again."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from appliance.errors import Complaint
from appliance.process import port_owner, privilege
from appliance.service import freed_ports, installing, optional_packages, uninstalling
from appliance.service.install_choices import RECORD, Choices, Record, check, record_of
from appliance.service.machine import Machine
from appliance.start import banner
from appliance.terminal import printing
from network import own_addresses
from store.base import secret
from store.base.sentences import say
from store.config import account, session
from store.config.endpoints import parse_endpoint, show_endpoint

BOOTED = Path("/run/systemd/system")  # there while systemd runs the machine, see sd_booted(3)
CONTAINER = (Path("/.dockerenv"), Path("/run/.containerenv"))

Dry = Annotated[bool, typer.Option("--dry-run", help="Print all that would be done, and do nothing.")]
Root = Annotated[Path, typer.Option("--root", metavar="DIR", help="A system's files below DIR, which does not run.")]


def install(
    user: Annotated[str | None, typer.Option(metavar="NAME", help="The system user; else telltale.")] = None,
    state: Annotated[str | None, typer.Option("--state", metavar="DIR", help="Else /var/lib/telltale.")] = None,
    dns: Annotated[list[str] | None, typer.Option(metavar="ADDR:PORT", help="Where DNS is answered; else port 53 "
                                                  "everywhere. May be repeated.")] = None,
    web: Annotated[str | None, typer.Option(metavar="ADDR:PORT", help="Where the pages are; else port 80.")] = None,
    wall: Annotated[bool, typer.Option("--wall", help="Give it the power that the wall needs.")] = False,
    dhcp: Annotated[bool, typer.Option("--dhcp", help="Give it the powers that DHCP needs.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Leave what was tried out in your home folder there.")] = False,
    dry_run: Dry = False,
    root: Root = Path("/"),
) -> None:
    """Install Telltale as a service that starts with this machine; again after an upgrade."""
    machine = _machine(root, dry_run)
    before = record_of(machine.read(RECORD) or "")
    choices = before.choices if before else Choices()
    given = {"user": user, "state": state, "dns": tuple(dns) if dns else None, "web": web}
    choices = replace(choices, **{key: value for key, value in given.items() if value is not None})  # type: ignore[arg-type]
    choices = replace(choices, wall=choices.wall or wall, dhcp=choices.dhcp or dhcp)
    check(choices)
    if before and before.choices.user != choices.user:
        raise Complaint(say("It is installed with the user {user}; uninstall it first.", user=before.choices.user))
    choices = _free_web(machine, choices, asked=web is not None)
    plan = installing.plan(machine, choices, os.environ, fresh=fresh)
    record = installing.install(machine, plan)
    if dry_run:
        return printing.tell(say("Nothing was changed."))
    return _welcome(machine, record)


def uninstall(
    purge: Annotated[bool, typer.Option("--purge", help="Remove the state, too: settings, log, everything.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Dry = False,
    root: Root = Path("/"),
) -> None:
    """Take the service away again; what was decided and recorded stays, but for --purge."""
    machine = _machine(root, dry_run)
    record = uninstalling.found(machine)
    if record is None:
        raise Complaint(say("Telltale is not installed on this machine."))
    printing.tell(say("First set the DNS server back in the router, or devices find no names once this one is gone."))
    if purge and not yes and not dry_run:
        if not sys.stdin.isatty():
            raise Complaint(say("--purge removes {folder} for good: add --yes.", folder=record.choices.state))
        if not typer.confirm(str(say("Remove {folder}, with all settings and the log?", folder=record.choices.state))):
            raise typer.Abort
    uninstalling.uninstall(machine, record, purge=purge)
    printing.tell(say("Nothing was changed.") if dry_run else say("Telltale is uninstalled."))


def _machine(root: Path, dry: bool) -> Machine:
    """The one that is meant. Raises Complaint where this cannot be done."""
    live = root.resolve() == Path("/")
    if not live:
        if not root.is_dir():
            raise Complaint(say("There is no folder {folder}.", folder=root))
        return Machine(root.resolve(), dry, live=False)
    if any(mark.exists() for mark in CONTAINER):
        raise Complaint(say(
            "A container is not installed this way: whatever starts it keeps it running (deploy/compose.yaml, "
            "`restart: unless-stopped`)."
        ))
    if not BOOTED.is_dir() and not dry:
        raise Complaint(say(
            "This machine is not run by systemd, so there is no service to install: have its own init system start "
            "`{command}`.", command=f"{_own_command()} run",
        ))  # fmt: skip
    if os.geteuid() != 0 and not dry:
        command = shlex.join(["sudo", _own_command(), *sys.argv[1:]])
        raise Complaint(say("This takes root: `{command}`. With --dry-run it only tells what it would do.",
                            command=command))  # fmt: skip
    return Machine(Path("/"), dry)


def _own_command() -> str:
    return str(Path(sys.argv[0]).absolute()) if "/" in sys.argv[0] else "telltale"


def _free_web(machine: Machine, choices: Choices, *, asked: bool) -> Choices:
    """Another port for the pages where somebody has theirs there. Raises Complaint where it was asked for by name."""
    holders = freed_ports.holders([choices.web], 80) if machine.live else []
    if not holders:
        return choices
    if asked:
        freed_ports.refuse(holders)
    address, _ = parse_endpoint(choices.web, 80)
    web = show_endpoint((address, int(freed_ports.OTHER_WEB)))
    printing.tell(say("{holder} has port 80, so the pages are on port {port}.", holder=holders[0].described,
                      port=freed_ports.OTHER_WEB))  # fmt: skip
    if port_owner.find(address, int(freed_ports.OTHER_WEB), "tcp") and not machine.dry:
        raise Complaint(say("Port {port} is taken, too: name another with --web.", port=freed_ports.OTHER_WEB))
    return replace(choices, web=web)


def _welcome(machine: Machine, record: Record) -> None:
    """Where to go on."""
    if not machine.live:
        return printing.tell(say("Telltale is installed, and starts with that system."))
    here = banner.here()
    printing.tell(say("Telltale is installed and answers."))
    address = banner.url(parse_endpoint(record.choices.web, 80), here)
    printing.tell(say("Go on in a browser: {address}", address=address))
    state = machine.at(record.choices.state)
    privilege.become_owner(state)  # what root writes there, the service could not read
    if not account.has_password(session.engine(state)):
        printing.tell(say("Set-up code: {code}", code=secret.setup_code(state)))
    for sentence in optional_packages.missing():
        printing.tell(sentence)
    if _may_change(here):
        printing.tell(say(
            "This machine's address ({address}) was given for a time: reserve it in the router (“static lease”), or "
            "devices look for Telltale in vain one day.", address=here,
        ))  # fmt: skip
    return None


def _may_change(here: str) -> bool:
    """Whether the address is one that a DHCP server lends."""
    infos = [info for link in own_addresses.links() for info in link.get("addr_info", [])]
    return any(info.get("local") == here and info.get("dynamic") for info in infos)
