# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches of the wall where a group or a device differs from the house. The house's own are settings (`wall_…`)."""

import sqlite3
from dataclasses import dataclass

from store.config.choices import ScopeKind, WallMode
from store.config.scopes import Scope
from store.config.wall_switches import BY_NAME, strictest


@dataclass(frozen=True, slots=True)
class Override:
    """scope: `group:1` or `device:3`; switch: a name, also one that another version knows."""

    scope: str
    switch: str
    mode: WallMode


def overrides(con: sqlite3.Connection) -> list[Override]:
    """All that are set, by scope and name. Raises sqlite3.Error."""
    rows = con.execute("SELECT scope_kind, scope_id, switch, mode FROM wall_switch ORDER BY 1, 2, 3")
    return [Override(str(Scope.of_row(kind, number)), switch, WallMode(mode)) for kind, number, switch, mode in rows]


def of_clients(con: sqlite3.Connection) -> list[tuple[str, dict[str, WallMode]]]:
    """(address or MAC of a client, its switches that differ): a device's own, else the strictest of its groups'.

    Only clients with a switch of their own. A device is named by its MAC, for addresses that it will take later, and by
    each address that it has. Raises sqlite3.Error.
    """
    chosen: dict[int, dict[str, WallMode]] = {}
    of_groups = con.execute(
        """SELECT m.device_id, s.switch, s.mode FROM wall_switch s JOIN device_group m ON s.scope_id = m.group_id
           WHERE s.scope_kind = ?""",
        (ScopeKind.GROUP,),
    )
    for device, switch, mode in of_groups:
        if switch in BY_NAME:
            modes = chosen.setdefault(device, {})
            modes[switch] = strictest((WallMode(mode), modes.get(switch, WallMode.OFF)))
    own = con.execute("SELECT scope_id, switch, mode FROM wall_switch WHERE scope_kind = ?", (ScopeKind.DEVICE,))
    for device, switch, mode in own:
        if switch in BY_NAME:
            chosen.setdefault(device, {})[switch] = WallMode(mode)
    names = con.execute("SELECT mac, device_id FROM device_mac UNION SELECT address, device_id FROM client")
    return [(who, chosen[device]) for who, device in names if device in chosen]
