# SPDX-License-Identifier: GPL-3.0-or-later
"""What a group consists of, and how each part of it is changed inside a transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import TypedDict

from store.base.sentences import say, sentence_of, together
from store.config import existing, settings
from store.config.choices import ListKind, ScopeKind
from store.config.edit import check_name
from store.config.rule_input import check_answer
from store.config.session import EditError, about
from store.history import called
from store.rows import orm, tables

_TOLD_DEVICES = 3  # named in a sentence; more are told as many
_TOLD_CHARACTERS = 200
SERVICE = f"{ListKind.SERVICE}:"  # what the id of a service's list begins with


class GroupParts(TypedDict, total=False):
    """What is left out stays. `answer`: to what is blocked, `upstreams`: SPECs; both empty for the house's.

    `schedule`: the id of the one inside which its devices have no access. `devices`, `lists`, `services`: all that are
    in it, or that it turns on, and no others; what it turns off stays off, and what stays on keeps level and schedule.
    `joining`, `leaving`: devices that come and go, while all others stay as they are.
    """

    name: str
    answer: str
    schedule: int | None
    upstreams: Sequence[str]
    devices: Sequence[int]
    joining: Collection[int]
    leaving: Collection[int]
    lists: Sequence[str]
    services: Sequence[str]


def apply(session: orm.Session, group: tables.Group, parts: GroupParts) -> None:
    """Change these parts. Raises EditError, NotFound."""
    if "name" in parts and group.name != (name := check_name(parts["name"])):
        refuse_same_name(session, name)
        _keep_landing(session, group, name)
        group.name = name
    if "answer" in parts:
        group.answer = check_answer(parts["answer"])
    if "schedule" in parts:
        schedule = parts["schedule"]
        group.schedule_id = None if schedule is None else existing.schedule(session, schedule).id
    if "upstreams" in parts:
        group.upstreams = json.dumps(_specs(parts["upstreams"]))
    assert group.id is not None
    if "devices" in parts:
        _set_devices(session, group.id, parts["devices"])
    if parts.keys() & {"joining", "leaving"}:
        there = set(session.exec(orm.select(tables.DeviceGroup.device_id).filter_by(group_id=group.id)))
        staying = there - set(parts.get("leaving", ()))
        _set_devices(session, group.id, staying | set(parts.get("joining", ())))
    if "lists" in parts:
        _turn_on(session, group.id, parts["lists"], services=False)
    if "services" in parts:
        ids = [SERVICE + text.removeprefix(SERVICE) for text in parts["services"]]
        _turn_on(session, group.id, ids, services=True)


def told(group_id: int, parts: GroupParts) -> str:
    """The sentence for the history of changes."""
    group = called.group(group_id)
    if parts.keys() == {"name"}:
        return say("{group} is called {name}.", name=parts["name"], group=group)
    if parts.keys() == {"answer"}:
        answer = parts["answer"].strip() or say("the answer of the house")
        return say("Devices of {group} get {answer} for a blocked name.", group=group, answer=answer[:_TOLD_CHARACTERS])
    if parts and parts.keys() <= {"devices", "joining", "leaving"}:
        return _moved(group, parts)
    if parts.keys() == {"schedule"}:
        if parts["schedule"] is None:
            return say("{group} has access at all times.", group=group)
        return say("{group} has no access inside {schedule}.", group=group,
                   schedule=called.schedule(parts["schedule"]))  # fmt: skip
    if parts.keys() == {"upstreams"}:
        servers = ", ".join(parts["upstreams"])[:_TOLD_CHARACTERS] or say("the upstreams of the house")
        return say("{group} is answered by {servers}.", group=group, servers=servers)
    return say("What holds for {group} is changed.", group=group)


def _moved(group: called.Called, parts: GroupParts) -> str:
    """Who came and who went, where those are few."""
    joining, leaving = sorted(parts.get("joining", ())), sorted(parts.get("leaving", ()))
    if "devices" in parts or len(joining) + len(leaving) > _TOLD_DEVICES:
        return say("Who is in {group} is changed.", group=group)
    arrivals, departures = (
        together(*(called.alone(called.device(number)) for number in numbers), between=", ")
        for numbers in (joining, leaving)
    )
    if not leaving:
        return say("New in {group}: {devices}.", devices=arrivals, group=group)
    if not joining:
        return say("No more in {group}: {devices}.", devices=departures, group=group)
    return say("New in {group}: {arrivals}; no more in it: {departures}.", group=group, arrivals=arrivals,
               departures=departures)  # fmt: skip


@about("name")
def refuse_same_name(session: orm.Session, name: str) -> None:
    """Raise EditError where a group has that name."""
    if session.exec(orm.select(tables.Group).filter_by(name=name)).first() is not None:
        raise EditError(say("There is a group '{name}' already.", name=name))


def _keep_landing(session: orm.Session, group: tables.Group, name: str) -> None:
    """New devices land where they did, though the setting named the group by a name that it has no more."""
    row = session.get(tables.Setting, "new_devices")
    if row is not None and group.name and str(json.loads(row.value)).lower() == group.name.lower():
        row.value = json.dumps(str(group.id) if name.isdigit() else name)  # a number would be another's


@about("upstreams")
def _specs(specs: Iterable[str]) -> list[str]:
    wanted = list(specs)
    try:
        return list(settings.validate("upstreams", wanted)) if wanted else []
    except settings.SettingError as error:
        raise EditError(sentence_of(error)) from None


def _set_devices(session: orm.Session, group_id: int, device_ids: Iterable[int]) -> None:
    wanted = sorted(set(device_ids))
    for number in wanted:
        existing.device(session, number)
    session.execute(orm.delete(tables.DeviceGroup).filter_by(group_id=group_id))
    session.add_all(tables.DeviceGroup(device_id=number, group_id=group_id) for number in wanted)


def _turn_on(session: orm.Session, group_id: int, blocklist_ids: Iterable[str], *, services: bool) -> None:
    wanted = set(blocklist_ids)
    for name in sorted(wanted):
        if (existing.blocklist(session, name).kind == ListKind.SERVICE) != services:
            raise EditError(
                say("'{id}' is no service.", id=name) if services else say("'{id}' is a service, no list.", id=name)
            )
    scoped = orm.select(tables.Toggle).filter_by(scope_kind=ScopeKind.GROUP, scope_id=group_id)
    rows = {row.blocklist_id: row for row in session.exec(scoped)}
    for name, row in rows.items():
        if row.on and name not in wanted and name.startswith(SERVICE) == services:
            session.delete(row)
    for name in sorted(wanted):
        row = rows.get(name) or _toggle(group_id, name)
        row.on = True
        session.add(row)


def _toggle(group_id: int, name: str) -> tables.Toggle:
    return tables.Toggle(scope_kind=ScopeKind.GROUP, scope_id=group_id, blocklist_id=name, on=True)
