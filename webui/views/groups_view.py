# SPDX-License-Identifier: GPL-3.0-or-later
"""A group as its page shows it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.base.sentences import say
from store.config.lists import BlocklistView
from store.household.groups import GroupView
from store.household.schedules import Schedule


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group in a few words. `devices`: their names."""

    id: int
    name: str
    devices: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListLine:
    """What a group says of a list or service. `times`: the name of its schedule, "" for always."""

    id: str
    title: str
    on: bool
    level: str
    times: str


def lines(groups: Iterable[GroupView], names: Mapping[int, str], schedules: Sequence[Schedule]) -> list[GroupLine]:
    """`names`: of devices by id."""
    times = {schedule.id: schedule.name for schedule in schedules}
    return [
        GroupLine(group.id, group.name, tuple(names.get(number, str(number)) for number in group.devices),
                  tuple(_facts(group, times)))
        for group in groups
    ]  # fmt: skip


def lists(group: GroupView, blocklists: Iterable[BlocklistView], schedules: Sequence[Schedule]) -> list[ListLine]:
    """What the group says of lists and services, by title."""
    times = {schedule.id: schedule.name for schedule in schedules}
    titles = {view.id: view.title for view in blocklists}
    toggles = [
        ListLine(row.id, titles.get(row.id, row.id), row.on, row.level or "", times.get(row.schedule or 0, ""))
        for row in group.toggles
    ]
    return sorted(toggles, key=lambda line: line.title.casefold())


def _facts(group: GroupView, times: Mapping[int, str]) -> Iterable[str]:
    if group.schedule is not None:
        yield say("no access: {times}", times=times.get(group.schedule, str(group.schedule)))
    if group.upstreams:
        yield say("answered by {upstreams}", upstreams=", ".join(group.upstreams))
    if group.answer:
        yield say("blocked names get {answer}", answer=group.answer)
