# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices that are up and ask no DNS, though they did: either they sleep well, or they ask somebody else. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

QUIET_US = 3_600_000_000
# How far back it must have asked: a device that was away for longer has not fallen silent, it has been away.
BEFORE_US = 24 * 3_600_000_000
# In so many hours of the day or two before its silence it asked: else silence is its habit.
USUAL_HOURS = 6


@dataclass(frozen=True, slots=True)
class Silent:
    """A device that is up; it asked last at `last_us`, and in `hours` hours of the day or two before."""

    device_id: int
    last_us: int
    hours: int


def quiet(
    reachable: Iterable[str], by_mac: Mapping[str, int], seen: Mapping[int, tuple[int, int]], now_us: int
) -> dict[int, int]:
    """Device id → when it asked last, of those reachable (MAC addresses) whose last query is an hour old or more.

    `seen`: device id → the times of its first and last query. What woke up this moment is among them until it asks,
    which is the first thing that a device does.
    """
    here = {by_mac[mac] for mac in reachable if mac in by_mac}
    return {
        device: seen[device][1]
        for device in sorted(here)
        if device in seen and QUIET_US <= now_us - seen[device][1] < BEFORE_US
    }


def judged(last: Mapping[int, int], hours: Mapping[int, int]) -> list[Silent]:
    """Of the quiet ones those that used to ask in many hours, the longest silent first."""
    devices = [Silent(device_id, at, hours.get(device_id, 0)) for device_id, at in last.items()]
    used_to_ask = [device for device in devices if device.hours >= USUAL_HOURS]
    return sorted(used_to_ask, key=lambda device: (device.last_us, device.device_id))
