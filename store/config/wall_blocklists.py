# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that the wall blocks: blocklists of our own, on where their switch of the wall is at enforce, only there.

They stand in the index like any other list, and in no table: who wants them off turns the switch.
"""

import sqlite3
from collections.abc import Mapping, Sequence

from store.config.choices import WallMode
from store.config.scopes import Scope
from store.config.settings import Settings
from store.config.wall_switches import NAME_LISTS

# Id of a list → its title. `blocklists.packs.dns_services` holds the names.
TITLES = {list_id: switch.names.title for list_id, switch in NAME_LISTS.items() if switch.names}

Chosen = dict[Scope, dict[str, str]]


def chosen(con: sqlite3.Connection, settings: Settings) -> Chosen:
    """Scope → the modes that it sets itself; nothing while no list can be on. Raises sqlite3.Error."""
    modes: Chosen = {}
    if settings.wall == WallMode.ENFORCE:
        for kind, number, switch, mode in con.execute("SELECT scope_kind, scope_id, switch, mode FROM wall_switch"):
            modes.setdefault(Scope.of_row(kind, number), {})[switch] = mode
    return modes


def lists(settings: Settings, scopes: Sequence[Mapping[str, str]]) -> list[str]:
    """The ids of the lists that are on; `scopes`: what the device and the group set themselves, the narrowest first."""
    if settings.wall != WallMode.ENFORCE:
        return []
    return [
        list_id
        for list_id, switch in NAME_LISTS.items()
        if next(modes[switch.name] for modes in (*scopes, settings.wall_switches) if switch.name in modes)
        == WallMode.ENFORCE
    ]
