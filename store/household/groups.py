# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups: made, changed and dissolved, and which devices are in them. A device may be in several.

Each function is one transaction that bumps `policy_version` where an answer may change.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.base.sentences import say, together
from store.config import existing
from store.config.choices import ScopeKind
from store.config.devices import landing_group
from store.config.edit import check_name, set_level
from store.config.engine import Engine
from store.config.scopes import group as group_scope
from store.config.session import EditError, bump, connection, looking, reading, selected, writing
from store.history import called
from store.household import safe_search_edit
from store.household.group_parts import SERVICE, GroupParts, apply, refuse_same_name, told
from store.rows import orm, tables

__all__ = ["MAX_GROUPS", "GroupParts", "GroupToggle", "GroupView", "add_group", "add_ready_group", "change_group",
           "change_groups", "groups", "remove_group", "set_group_answer", "set_groups"]  # fmt: skip

MAX_GROUPS = 200  # more than a home has reasons for
# What holds for a group and goes with it.
_SCOPED = ("toggle", "rule", "wall_switch", "pause", "exception", "safe_search")


@dataclass(frozen=True, slots=True)
class GroupToggle:
    """A list or service that a group turns on or off itself; `schedule`: the id of the one inside which that holds."""

    id: str
    on: bool
    level: str | None
    schedule: int | None


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as pages, API and commands show it; ids of `devices` ascending."""

    id: int
    name: str
    answer: str
    schedule: int | None
    upstreams: tuple[str, ...]
    devices: tuple[int, ...]
    toggles: tuple[GroupToggle, ...]

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists that it turns on."""
        return tuple(each.id for each in self.toggles if each.on and not each.id.startswith(SERVICE))

    @property
    def services(self) -> tuple[str, ...]:
        """The services that it turns on, by their short names."""
        on = (each.id for each in self.toggles if each.on and each.id.startswith(SERVICE))
        return tuple(name.removeprefix(SERVICE) for name in on)


def groups(e: Engine) -> list[GroupView]:
    """All groups by name."""
    with looking(e) as con:
        devices: dict[int, list[int]] = {}
        for group, device in con.execute("SELECT group_id, device_id FROM device_group ORDER BY device_id"):
            devices.setdefault(group, []).append(device)
        toggles: dict[int, list[GroupToggle]] = {}
        scoped = "SELECT * FROM toggle WHERE scope_kind = ? ORDER BY blocklist_id"
        for row in selected(con, scoped, (ScopeKind.GROUP,), truths=("on",)):
            toggles.setdefault(row.scope_id, []).append(
                GroupToggle(row.blocklist_id, row.on, row.level, row.schedule_id)
            )
        return [
            GroupView(
                row.id, row.name, row.answer, row.schedule_id, tuple(json.loads(row.upstreams)),
                tuple(devices.get(row.id, ())), tuple(toggles.get(row.id, ())),
            )
            for row in selected(con, 'SELECT * FROM "group" ORDER BY name')
        ]  # fmt: skip


def add_group(e: Engine, name: str, parts: GroupParts | None = None) -> int:
    """A new group; returns its id. Empty, but for these parts."""
    name = check_name(name)
    with writing(e, say("The group {group} is made.", group=name)) as session:
        refuse_same_name(session, name)
        if session.exec(orm.select(orm.func.count()).select_from(tables.Group)).one() >= MAX_GROUPS:
            raise EditError(say("There are {most} groups already.", most=MAX_GROUPS))
        group = tables.Group(name=name)
        session.add(group)
        session.flush()
        if parts:
            apply(session, group, parts)
            bump(session)
        assert group.id is not None
        return group.id


def add_ready_group(
    e: Engine, name: str, levels: Mapping[str, str], services: Sequence[str], *, safe_search: bool = False
) -> int:
    """A group that says something from its beginning, as one change; returns its id.

    `levels`: packs (by id) that are on at a level for it; `services`: those that are blocked for it, by short name.
    """
    with writing(e, say("The group {group} is made.", group=check_name(name))):
        number = add_group(e, name, {"services": services})
        for pack, level in levels.items():
            set_level(e, pack, level, str(group_scope(number)))
        if safe_search:
            safe_search_edit.set_safe_search(e, scope=str(group_scope(number)))
        return number


def change_group(e: Engine, group_id: int, parts: GroupParts) -> None:
    """Change these parts of a group, all or none."""
    with writing(e, told(group_id, parts)) as session:
        apply(session, existing.group(session, group_id), parts)
        bump(session)


def set_group_answer(e: Engine, group_id: int, answer: str) -> None:
    """What devices of a group get for a blocked name; nothing: the house's answer."""
    change_group(e, group_id, {"answer": answer})


def change_groups(e: Engine, device_id: int, joining: Iterable[int], leaving: Iterable[int]) -> None:
    """Put a device into some groups and out of others; in all others it stays as it is."""
    with reading(e) as session:
        there = set(session.exec(orm.select(tables.DeviceGroup.group_id).filter_by(device_id=device_id)))
    set_groups(e, device_id, (there - set(leaving)) | set(joining))


def set_groups(e: Engine, device_id: int, group_ids: Iterable[int]) -> None:
    """Put a device into these groups and no others."""
    wanted = sorted(set(group_ids))
    listed = together(*(called.alone(called.group(number)) for number in wanted), between=", ")
    alone = say("{device} is in no group.", device=called.device(device_id))
    inside = say("{device} is in {groups}.", device=called.device(device_id), groups=listed)
    with writing(e, inside if wanted else alone) as session:
        existing.device(session, device_id)
        for number in wanted:
            existing.group(session, number)
        session.execute(orm.delete(tables.DeviceGroup).filter_by(device_id=device_id))
        session.add_all(tables.DeviceGroup(device_id=device_id, group_id=number) for number in wanted)
        bump(session)


def remove_group(e: Engine, group_id: int) -> None:
    """Dissolve a group with its toggles, rules and switches; its devices stay."""
    with writing(e, say("The group {group} is dissolved.", group=called.group(group_id))) as session:
        group = existing.group(session, group_id)
        if landing_group(connection(session), _landing(session)) == group_id:
            raise EditError(say(
                "New devices land in “{name}”; choose another group for them in the settings first.", name=group.name
            ))
        session.flush()
        for table in _SCOPED:
            connection(session).execute(f"DELETE FROM {table} WHERE scope_kind = ? AND scope_id = ?",  # noqa: S608
                                        (ScopeKind.GROUP, group_id))  # fmt: skip
        session.delete(group)
        bump(session)


def _landing(session: orm.Session) -> str:
    """The setting `new_devices` as it is kept here; "" where it is not, or comes from outside."""
    row = session.get(tables.Setting, "new_devices")
    value = json.loads(row.value) if row is not None else ""
    return value if isinstance(value, str) else ""
