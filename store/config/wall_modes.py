# SPDX-License-Identifier: GPL-3.0-or-later
"""A mode for each switch of the wall: what one group of clients is subject to."""

from collections.abc import Iterable, Iterator, Mapping

from store.config.choices import WallMode
from store.config.wall_switches import BY_NAME, SWITCH_OF, SWITCHES

_NONE: Mapping[str, str] = {}
_RANK = {mode: rank for rank, mode in enumerate(WallMode)}


def weakest(*modes: WallMode) -> WallMode:
    """The one that goes least far."""
    return min(modes, key=_RANK.__getitem__)


def strictest(modes: Iterable[WallMode]) -> WallMode:
    """The one that goes furthest."""
    return max(modes, key=_RANK.__getitem__)


class Modes(Mapping[str, WallMode]):
    """Name of a switch → its mode, for every switch in the table's order. Never changed; equal ones are one key."""

    __slots__ = ("_modes",)

    def __init__(self, chosen: Mapping[str, str] = _NONE) -> None:
        """OFF where nothing is chosen. Raises ValueError for what is no mode, and KeyError for no switch."""
        if unknown := chosen.keys() - BY_NAME.keys():
            raise KeyError(f"no switch of the wall: {', '.join(sorted(unknown))}")
        self._modes = {name: WallMode(chosen.get(name, WallMode.OFF)) for name in BY_NAME}

    def __getitem__(self, switch: str) -> WallMode:
        return self._modes[switch]

    def __iter__(self) -> Iterator[str]:
        return iter(self._modes)

    def __len__(self) -> int:
        return len(self._modes)

    def __hash__(self) -> int:
        return hash(tuple(self._modes.values()))

    def __or__(self, chosen: Mapping[str, str]) -> "Modes":
        """The same with these modes instead."""
        return Modes({**self, **chosen})

    def __repr__(self) -> str:
        return f"Modes({', '.join(f'{name}={mode}' for name, mode in self.items() if mode is not WallMode.OFF)})"

    def of(self, kind: str) -> WallMode:
        """The mode of a kind of bypass: one switch may stand for several."""
        return self._modes[SWITCH_OF[kind].name]

    def at_most(self, mode: WallMode) -> "Modes":
        """The same, none further than `mode`."""
        return Modes({name: weakest(own, mode) for name, own in self.items()})


USUAL = Modes({switch.name: switch.default for switch in SWITCHES})
