# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody changed in a form, by what the page had shown: two who edit the same at once take nothing back of each
other's but what both changed. Pure.

A page puts what it shows into a hidden field, as JSON; what comes back with it is held against that. Such a field comes
from a browser: what makes no sense in it counts as nothing shown, so that the form as a whole holds.
"""

import json
from collections.abc import Iterable

from store.household.groups import GroupParts, GroupView

MAX_SHOWN = 200_000  # characters: 20,000 devices by number
_KEPT = ("name", "answer", "schedule", "upstreams")


def group_shown(group: GroupView) -> str:
    """A group as its page shows it."""
    fields = {key: getattr(group, key) for key in _KEPT}
    return json.dumps({**fields, "devices": group.devices}, separators=(",", ":"))


def of_group(shown: str, wanted: GroupParts) -> GroupParts:
    """The parts of `wanted` that are others than shown; devices as those that come and go."""
    try:
        before = json.loads(shown)
        devices = {int(number) for number in before["devices"]}
    except (ValueError, KeyError, TypeError, RecursionError):
        return wanted
    changed = GroupParts()
    if wanted["name"] != before.get("name"):
        changed["name"] = wanted["name"]
    if wanted["answer"] != before.get("answer"):
        changed["answer"] = wanted["answer"]
    if wanted["schedule"] != before.get("schedule"):
        changed["schedule"] = wanted["schedule"]
    if list(wanted["upstreams"]) != before.get("upstreams"):
        changed["upstreams"] = wanted["upstreams"]
    joining, leaving = set(wanted["devices"]) - devices, devices - set(wanted["devices"])
    if joining or leaving:
        changed |= {"joining": joining, "leaving": leaving}
    return changed


def of_ticks(shown: str, ticked: Iterable[int]) -> tuple[set[int], set[int]] | None:
    """Which numbers were ticked, and which no more, by those shown ticked ("[1,2]"); None where that makes no sense."""
    try:
        before = {int(number) for number in json.loads(shown)}
    except (ValueError, TypeError, RecursionError):
        return None
    return set(ticked) - before, before - set(ticked)
