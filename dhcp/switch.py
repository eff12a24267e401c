# SPDX-License-Identifier: GPL-3.0-or-later
"""DHCP on and off, its settings and static leases, as the command line and the API edit them: checked before.

Raises DhcpError where it cannot be served so, and EditError where it cannot be stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from dhcp import asking, dnsmasq_child, lease_plan, standing
from dhcp.keeper import another, uplink
from dhcp.lease_plan import AnotherServer, DhcpError, DhcpPlan
from network import own_addresses
from network.lease_files import BYTES_MAX, OWN_FILE
from network.lease_lines import Lease, parse
from store.base import file_faults, status
from store.base.sentences import Sentence, sentence_of
from store.config import edit, settings, usable_settings
from store.config.engine import Engine
from store.config.session import connection, reading
from store.config.settings import SettingError, Settings
from store.history import notes
from store.household import undo as taking_back
from store.local import lease_edit, static_leases
from store.local.static_leases import StaticLease, WrongLease


@dataclass(frozen=True, slots=True)
class Home:
    """Where to look: the state directory, the run directory, and the environment, whose variables are settings."""

    state: Path
    run: Path
    environ: Mapping[str, str]

    def settings(self, values: Mapping[str, Any] | None = None) -> Settings:
        """As they hold, with these values in their place. Raises DhcpError."""
        now = usable_settings.load(self.state, self.environ)
        every = {key: settings.value_of(now, key) for key in settings.SETTINGS}
        for key, value in (values or {}).items():
            usual = settings.SETTINGS.get(key)
            try:
                every[key] = usual.default if usual and value is None else settings.validate(key, value)
            except SettingError as error:
                raise DhcpError(sentence_of(error), key) from None
        return settings.build(every)


def planned(e: Engine, home: Home, values: Mapping[str, Any] | None = None) -> DhcpPlan:
    """What would be served with these settings in place of those that hold."""
    return lease_plan.make(home.settings(values), lease_edit.static(e), own_addresses.links(), uplink())


def turn_on(e: Engine, home: Home, values: Mapping[str, Any], force: bool = False) -> DhcpPlan:
    """Look for another server, and turn it on when there is none; `force`: also when there is one."""
    made = planned(e, home, values)
    _check_alone(home, made, force)
    edit.put_settings(e, {**values, "dhcp": "on", "dhcp_beside_others": "on" if force else None})
    return made


def _check_alone(home: Home, made: DhcpPlan, force: bool) -> None:
    """That it can be served here, and nobody else serves; with `force` only that the question is asked."""
    live = status.read_live(home.run)
    if not force:
        if live.supervisor is not None and (why := standing.unserved(live)):
            raise DhcpError(why)
        if dnsmasq_child.program() is None:
            raise DhcpError(dnsmasq_child.MISSING)
    others: tuple[str, ...] = ()
    try:
        others = asking.look(home.run, made.interface)
    except DhcpError:
        if not force:
            raise
    if others and not force:
        raise AnotherServer(another(others))


def undo(e: Engine, home: Home, number: int, *, later: bool = False) -> Sentence:
    """Take a change back, as `store.household.undo` does; what turns DHCP on is checked as `turn_on` does."""
    values = _before(e, number)
    if values.get("dhcp") == "on" and home.settings().dhcp != "on":
        _check_alone(home, planned(e, home, values), home.settings(values).dhcp_beside_others == "on")
    return taking_back.undo(e, number, later=later)


def undo_several(e: Engine, home: Home, numbers: Sequence[int]) -> Sentence:
    """The same of several changes, taken back as one."""
    values: dict[str, Any] = {}
    for number in sorted(numbers, reverse=True):
        values |= _before(e, number)
    if values.get("dhcp") == "on" and home.settings().dhcp != "on":
        _check_alone(home, planned(e, home, values), home.settings(values).dhcp_beside_others == "on")
    return taking_back.undo_several(e, numbers)


def _before(e: Engine, number: int) -> dict[str, Any]:
    """The settings that a change altered, as they were before it; None: the default."""
    with reading(e) as session:
        rows = [row for row in notes.rows_of(connection(session), number) if row.table == "setting"]
    return {
        str((row.before or row.after or {})["key"]): json.loads(str(row.before["value"])) if row.before else None
        for row in rows
    }


def turn_off(e: Engine) -> None:
    """Hand out nothing any more; devices keep their addresses until those end."""
    edit.put_settings(e, {"dhcp": "off"})


def change(e: Engine, home: Home, values: Mapping[str, Any]) -> None:
    """Other settings, whatever they are about; while it is on, only those that can be served, and on another connection
    only where nobody is."""
    before = home.settings()
    if before.dhcp == home.settings(values).dhcp == "on":
        made = planned(e, home, values)
        moves = made.interface != (before.dhcp_interface or uplink().interface)
        if moves and before.dhcp_beside_others != "on" and (others := asking.look(home.run, made.interface)):
            raise AnotherServer(another(others))
    edit.put_settings(e, values)


def put_settings(e: Engine, home: Home, values: Mapping[str, Any]) -> None:
    """Settings of any kind, as their own page and the API store them; what turns DHCP on is checked as `turn_on` does.

    Raises DhcpError, and EditError.
    """
    if not any(key == "dhcp" or key.startswith("dhcp_") for key in values):
        return edit.put_settings(e, values)
    after = home.settings(values)
    if after.dhcp == "on" and home.settings().dhcp != "on":
        turn_on(e, home, values, force=after.dhcp_beside_others == "on")
    else:
        change(e, home, values)
    return None


def add_static(e: Engine, home: Home, mac: str, address: str, name: str = "") -> StaticLease:
    """Keep an address for a device; in the network that is served, as far as it is known yet."""
    _check_static(e, home, mac, address, name)
    return lease_edit.add_static(e, mac, address, name)


def change_static(e: Engine, home: Home, which: str, mac: str, address: str, name: str = "") -> StaticLease:
    """Other values for the static lease of this MAC or address, checked in the same way."""
    _check_static(e, home, mac, address, name)
    return lease_edit.change_static(e, which, mac, address, name)


def look(home: Home, interface: str = "") -> tuple[str, tuple[str, ...]]:
    """The connection, and who else hands out addresses there; "": the one of the settings, or that leads out."""
    chosen = interface or home.settings().dhcp_interface or uplink().interface
    if not chosen:
        raise DhcpError(lease_plan.UNKNOWN_INTERFACE, "dhcp_interface")
    return chosen, asking.look(home.run, chosen)


def leases(state: Path, now_s: float) -> list[Lease]:
    """What is handed out now, by address."""
    try:
        text = file_faults.read(state / OWN_FILE, BYTES_MAX).decode("utf-8", "replace")
    except OSError:
        return []
    return sorted(_holding(text, now_s), key=lambda lease: int(IPv4Address(lease.address)))


def _check_static(e: Engine, home: Home, mac: str, address: str, name: str) -> None:
    try:
        lease = static_leases.check(mac, address, name)
    except WrongLease as error:
        raise DhcpError(sentence_of(error), error.part) from None
    try:
        network, taken = lease_plan.network_of(home.settings(), own_addresses.links(), uplink())
    except DhcpError:  # where it will be served is not known yet
        return
    lease_plan.check_static(lease, network, taken)


def _holding(text: str, now_s: float) -> Iterator[Lease]:
    for lease in parse(text.split("\n")):
        if lease.holds(now_s) and not lease.fixed and "." in lease.address:
            yield lease
