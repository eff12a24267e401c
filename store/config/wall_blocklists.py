# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that the wall blocks: blocklists of our own, on where their switch of the wall is at enforce, only there.

They stand in the index like any other list, and in no table: who wants them off turns the switch.
"""

from collections.abc import Mapping, Sequence

from store.config.choices import WallMode
from store.config.settings import Settings
from store.config.wall_switches import NAME_LISTS

# Id of a list → its title. `blocklists.packs.dns_services` holds the names.
TITLES = {list_id: switch.names.title for list_id, switch in NAME_LISTS.items() if switch.names}

def lists(settings: Settings, scopes: Sequence[Mapping[str, str]]) -> list[str]:
    """The ids of the lists that are on; `scopes`: what device and groups set themselves, narrowest first."""
    if settings.wall != WallMode.ENFORCE:
        return []
    return [
        list_id
        for list_id, switch in NAME_LISTS.items()
        if next(modes[switch.name] for modes in (*scopes, settings.wall_switches) if switch.name in modes)
        == WallMode.ENFORCE
    ]
