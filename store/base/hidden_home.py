# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether one address stands for the whole home, so that devices cannot be told apart, judged by counts. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

QUERIES_MIN = 200  # in the hours that are looked at: fewer prove nothing
SHARE_MIN = 0.9  # of all queries of the home come from one device …
SHARE_MASKED = 0.97  # … or nearly all, where it is not known as the router
KINDS_MIN = 3  # kinds of things whose names a single device does not ask for
MENDED_QUERIES, MENDED_DEVICES = 30, 3  # in the last minutes: others ask for themselves again


class Cause(StrEnum):
    """`router`: the router asks for all. `container`: so does the bridge that our container stands behind. `masked`:
    something else does, which hides the addresses of others (a second router, a repeater, a VPN)."""

    ROUTER = "router"
    CONTAINER = "container"
    MASKED = "masked"


@dataclass(frozen=True, slots=True)
class HiddenHome:
    """Who stands for the home, with what share of queries; router's `brand`, "": unknown; `here`: our addresses."""

    cause: str = ""
    address: str = ""
    share: float = 0.0
    brand: str = ""
    here: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Queries by device in the last hours and the last minutes, without this machine's own; addresses of each device.

    `kinds`: of how many kinds of things each asked for the names.
    """

    hours: Mapping[int, int]
    minutes: Mapping[int, int]
    addresses: Mapping[int, Sequence[str]]
    kinds: Mapping[int, int] = field(default_factory=dict)


def judge(asked: Asked, gateway: Collection[str], in_container: bool) -> HiddenHome | None:
    """Who stands for the home; None: nobody does, not any more, or there is too little to say."""
    total = sum(asked.hours.values())
    if total < QUERIES_MIN or is_mended(asked.minutes):
        return None
    device = max(asked.hours, key=lambda number: asked.hours[number])
    share, addresses = asked.hours[device] / total, tuple(asked.addresses.get(device, ()))
    if not addresses or share < SHARE_MIN:
        return None
    shared = next((address for address in addresses if address in gateway), None)
    if shared is not None:
        return HiddenHome(Cause.CONTAINER if in_container else Cause.ROUTER, shared, round(share, 3))
    if share >= SHARE_MASKED and asked.kinds.get(device, 0) >= KINDS_MIN:
        return HiddenHome(Cause.MASKED, addresses[0], round(share, 3))
    return None


def is_mended(minutes: Mapping[int, int]) -> bool:
    """Whether several devices ask for themselves just now."""
    total = sum(minutes.values())
    return len(minutes) >= MENDED_DEVICES and total >= MENDED_QUERIES and max(minutes.values()) < SHARE_MIN * total
