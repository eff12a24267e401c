# SPDX-License-Identifier: GPL-3.0-or-later
"""A group as its page shows it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.base.sentences import say, together
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


@dataclass(frozen=True, slots=True)
class Clash:
    """Two groups that say otherwise of the same for a device that is in both, and which of them wins."""

    device: str
    about: str
    winner: str
    why: str


TEMPLATES: tuple[tuple[str, str, str], ...] = (
    ("children", say("Children"), say("what is for adults, gambling and dating off, safe search on in every engine")),
    ("guests", say("Guests"), say("nothing but what the house blocks; a place for devices that come and go")),
    ("things", say("Things"), say("every vendor pack at strict: cameras, plugs and speakers report to nobody")),
    ("tvs", say("TVs"), say("the packs of TV makers at strict, with the counters of channels and apps")),
)  # fmt: skip
STRICT_PACKS: Mapping[str, tuple[str, ...]] = {
    "things": ("pack:xiaomi", "pack:tuya", "pack:amazon", "pack:google", "pack:huawei"),
    "tvs": ("pack:tv", "pack:samsung", "pack:lg", "pack:roku", "pack:sony"),
}
NOT_FOR_CHILDREN = ("adult", "gambling", "dating")  # kinds of services


def sentences(group: GroupView, lists: Sequence[ListLine], schedules: Sequence[Schedule], engines: Sequence[str],
              house: Mapping[str, bool]) -> list[str]:  # fmt: skip
    """What differs from the house for who is in the group. `house`: list id → whether the house has it on; `engines`:
    titles of search engines whose safe search is on for it."""
    times = {schedule.id: schedule.name for schedule in schedules}
    words: list[str] = []
    if group.schedule is not None:
        words.append(say("It has no access at all inside {times}.", times=times.get(group.schedule, "?")))
    for on, services in ((True, True), (True, False), (False, True), (False, False)):
        titles = [_titled(line) for line in lists if line.on is on and line.id.startswith("service:") is services]
        if titles:
            words.append(_of_lists(on, services, together(*titles, between=", ")))
    if engines:
        words.append(say("Safe search is on for it: {engines}.", engines=", ".join(engines)))
    if group.answer:
        words.append(say("Blocked names are answered with {answer}.", answer=group.answer))
    if group.upstreams:
        words.append(say("Its questions go to {upstreams}.", upstreams=", ".join(group.upstreams)))
    same = [line.title for line in lists if line.id in house and house[line.id] is line.on and not line.level
            and not line.times]  # fmt: skip
    if same:
        words.append(say("The same as the house says anyway: {lists}.", lists=", ".join(same)))
    return words


def clashes(groups: Sequence[GroupView], names: Mapping[int, str], titles: Mapping[str, str]) -> list[Clash]:
    """Where a device is in two groups that say otherwise, by device."""
    each_clash: list[Clash] = []
    for place, first in enumerate(groups):
        for second in groups[place + 1 :]:
            for number in sorted(set(first.devices) & set(second.devices)):
                each_clash += _of_two(first, second, names.get(number, str(number)), titles)
    return each_clash


def _of_two(first: GroupView, second: GroupView, device: str, titles: Mapping[str, str]) -> Iterable[Clash]:
    theirs = {toggle.id: toggle for toggle in second.toggles}
    for toggle in first.toggles:
        other = theirs.get(toggle.id)
        if other is not None and other.on != toggle.on:
            winner = first if toggle.on else second
            yield Clash(device, titles.get(toggle.id, toggle.id), winner.name,
                        say("of two groups, the one that turns it on wins"))  # fmt: skip
    lower, higher = sorted((first, second), key=lambda group: group.id)
    if lower.answer and higher.answer and lower.answer != higher.answer:
        yield Clash(device, say("the answer to blocked names"), lower.name, say("the group that was made first wins"))
    if lower.upstreams and higher.upstreams and lower.upstreams != higher.upstreams:
        yield Clash(device, say("the servers that answer"), lower.name, say("the group that was made first wins"))


def _titled(line: ListLine) -> str:
    with_level = say("{list} ({level})", list=line.title, level=line.level) if line.level else line.title
    return say("{list} inside {times}", list=with_level, times=line.times) if line.times else with_level


def _of_lists(on: bool, services: bool, titles: str) -> str:
    if services:
        if on:
            return say("Services that are blocked for it: {services}.", services=titles)
        return say("Services that are not blocked for it: {services}.", services=titles)
    if on:
        return say("Lists that are on for it: {lists}.", lists=titles)
    return say("Lists that are off for it: {lists}.", lists=titles)
