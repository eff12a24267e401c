# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups: made, changed and dissolved, and which devices are in them. A device may be in several.

Each function is one transaction that bumps `policy_version` where an answer may change.
"""

from collections.abc import Iterable

from sqlalchemy import Engine, delete
from sqlmodel import Session, col, func, select

from store.base.sentences import say, together
from store.config import existing, tables
from store.config.choices import ScopeKind
from store.config.edit import check_name
from store.config.rule_input import check_answer
from store.config.session import EditError, bump, reading, writing
from store.history import called
from store.household.household_tables import DeviceGroup, NameException, Pause, SafeSearch

MAX_GROUPS = 200  # more than a home has reasons for
# What holds for a group and goes with it.
_SCOPED = (tables.Toggle, tables.Rule, tables.WallSwitch, Pause, NameException, SafeSearch)


def groups(e: Engine) -> list[tables.Group]:
    """All groups by name."""
    with reading(e) as session:
        rows = session.exec(select(tables.Group).order_by(col(tables.Group.name))).all()
        session.expunge_all()
        return list(rows)


def add_group(e: Engine, name: str) -> int:
    """A new, empty group; returns its id."""
    name = check_name(name)
    with writing(e, say("The group {name} is made.", name=name)) as session:
        _refuse_same_name(session, name)
        if session.exec(select(func.count()).select_from(tables.Group)).one() >= MAX_GROUPS:
            raise EditError(say("There are {most} groups already.", most=MAX_GROUPS))
        group = tables.Group(name=name)
        session.add(group)
        session.flush()
        assert group.id is not None
        return group.id


def rename_group(e: Engine, group_id: int, name: str) -> None:
    """Call a group something else; rules of lists may name it."""
    name = check_name(name)
    with writing(e, say("{group} is called {name}.", name=name, group=called.group(group_id))) as session:
        group = existing.group(session, group_id)
        if group.name != name:
            _refuse_same_name(session, name)
        group.name = name
        bump(session)


def set_group_answer(e: Engine, group_id: int, answer: str) -> None:
    """What devices of a group get for a blocked name; nothing: the house's answer."""
    what = say("What devices of {group} get for a blocked name is changed.", group=called.group(group_id))
    with writing(e, what) as session:
        existing.group(session, group_id).answer = check_answer(answer)
        bump(session)


def set_groups(e: Engine, device_id: int, group_ids: Iterable[int]) -> None:
    """Put a device into these groups and no others."""
    wanted = set(group_ids)
    listed = together(*(called.alone(called.group(number)) for number in sorted(wanted)), between=", ")
    alone = say("{device} is in no group.", device=called.device(device_id))
    inside = say("{device} is in {groups}.", device=called.device(device_id), groups=listed)
    with writing(e, inside if wanted else alone) as session:
        existing.device(session, device_id)
        for number in sorted(wanted):
            existing.group(session, number)
        session.execute(delete(DeviceGroup).filter_by(device_id=device_id))
        session.add_all(DeviceGroup(device_id=device_id, group_id=number) for number in sorted(wanted))
        bump(session)


def set_devices(e: Engine, group_id: int, device_ids: Iterable[int]) -> None:
    """Put these devices into a group and no others; what other groups they are in stays."""
    wanted = set(device_ids)
    with writing(e, say("Who is in {group} is changed.", group=called.group(group_id))) as session:
        existing.group(session, group_id)
        for number in sorted(wanted):
            existing.device(session, number)
        session.execute(delete(DeviceGroup).filter_by(group_id=group_id))
        session.add_all(DeviceGroup(device_id=number, group_id=group_id) for number in sorted(wanted))
        bump(session)


def members(e: Engine) -> dict[int, list[int]]:
    """Group id → the ids of its devices; groups without any are left out."""
    with reading(e) as session:
        rows = session.exec(select(DeviceGroup).order_by(col(DeviceGroup.group_id), col(DeviceGroup.device_id))).all()
        by_group: dict[int, list[int]] = {}
        for row in rows:
            by_group.setdefault(row.group_id, []).append(row.device_id)
        return by_group


def remove_group(e: Engine, group_id: int) -> None:
    """Dissolve a group with its toggles, rules and switches; its devices stay."""
    with writing(e, say("The group {group} is dissolved.", group=called.group(group_id))) as session:
        group = existing.group(session, group_id)
        for table in _SCOPED:
            session.execute(delete(table).filter_by(scope_kind=ScopeKind.GROUP, scope_id=group_id))
        session.delete(group)
        bump(session)


def _refuse_same_name(session: Session, name: str) -> None:
    if session.exec(select(tables.Group).filter_by(name=name)).first() is not None:
        raise EditError(say("There is a group '{name}' already.", name=name))
