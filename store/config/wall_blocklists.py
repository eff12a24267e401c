# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that the wall blocks: two blocklists of our own, on where their switch of the wall is at enforce, only there.

They stand in the index like any other list, and in no table: who wants them off turns the switch.
"""

import sqlite3
from collections.abc import Mapping, Sequence

from store.config.scopes import Scope
from store.config.settings import Settings

# Switch of the wall → id of the list of names that goes with it. `blocklists.packs.dns_services` holds the names.
LISTS = {"doh": "wall:doh", "httpdns": "wall:httpdns"}
TITLES = {"wall:doh": "The wall: encrypted DNS", "wall:httpdns": "The wall: vendors' HTTP resolvers"}

Chosen = dict[Scope, dict[str, str]]


def chosen(con: sqlite3.Connection, held: Settings) -> Chosen:
    """Scope → the modes that it sets itself; nothing while no list can be on. Raises sqlite3.Error."""
    found: Chosen = {}
    if held.wall == "enforce":
        for kind, number, switch, mode in con.execute("SELECT scope_kind, scope_id, switch, mode FROM wall_switch"):
            found.setdefault(Scope.of_row(kind, number), {})[switch] = mode
    return found


def lists(held: Settings, scopes: Sequence[Mapping[str, str]]) -> list[str]:
    """The ids of the lists that are on; `scopes`: what the device and the group set themselves, the narrowest first."""
    if held.wall != "enforce":
        return []
    house = {switch: str(getattr(held, f"wall_{switch}")) for switch in LISTS}
    return [
        name
        for switch, name in LISTS.items()
        if next(modes[switch] for modes in (*scopes, house) if switch in modes) == "enforce"
    ]
