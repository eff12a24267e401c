# SPDX-License-Identifier: GPL-3.0-or-later
"""More of config.db as SQLModel classes: groups' members, pauses, what is let through, history.

Times: Unix seconds. What each column means stands in the migration 0004_household.sql.
"""

from sqlmodel import Field, SQLModel


class DeviceGroup(SQLModel, table=True):
    """A device is in a group."""

    __tablename__ = "device_group"

    device_id: int = Field(primary_key=True, foreign_key="device.id", ondelete="CASCADE")
    group_id: int = Field(primary_key=True, foreign_key="group.id", ondelete="CASCADE")


class DeviceMac(SQLModel, table=True):
    """One of a device's MAC addresses; `private`: locally administered, so it names no maker."""

    __tablename__ = "device_mac"

    mac: str = Field(primary_key=True)
    device_id: int = Field(foreign_key="device.id", ondelete="CASCADE")
    private: bool
    first_seen: int
    last_seen: int


class DeviceName(SQLModel, table=True):
    """What a source calls a device."""

    __tablename__ = "device_name"

    device_id: int = Field(primary_key=True, foreign_key="device.id", ondelete="CASCADE")
    source: str = Field(primary_key=True)
    name: str


class DeviceNetwork(SQLModel, table=True):
    """An address or network that a person gave to a device."""

    __tablename__ = "device_network"

    network: str = Field(primary_key=True)
    device_id: int = Field(foreign_key="device.id", ondelete="CASCADE")


class DeviceMerged(SQLModel, table=True):
    """A device that a person made one with another."""

    __tablename__ = "device_merged"

    device_id: int = Field(primary_key=True)
    into_id: int


class Pause(SQLModel, table=True):
    """Blocking stopped for a scope, or one list there; `until` None: until it is resumed."""

    id: int | None = Field(default=None, primary_key=True)
    scope_kind: str
    scope_id: int
    blocklist_id: str | None = Field(default=None, foreign_key="blocklist.id", ondelete="CASCADE")
    until: int | None = None
    created_at: int
    who: str = ""


class NameException(SQLModel, table=True):
    """A name, and what it leads to, let through for a while."""

    __tablename__ = "exception"

    id: int | None = Field(default=None, primary_key=True)
    scope_kind: str
    scope_id: int
    name: str
    until: int
    created_at: int
    who: str = ""


class LetThroughRequest(SQLModel, table=True):
    """Somebody at a device asks for a name; `granted` None: it waits, 0: no, else until when; with a `word`."""

    __tablename__ = "request"

    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id", ondelete="CASCADE")
    name: str
    note: str = ""
    created_at: int
    decided_at: int | None = None
    granted: int | None = None
    word: str = ""


class SafeSearch(SQLModel, table=True):
    """Safe search of one engine for a scope; no row means: as the wider scope has it."""

    __tablename__ = "safe_search"

    scope_kind: str = Field(primary_key=True)
    scope_id: int = Field(primary_key=True)
    engine: str = Field(primary_key=True)
    on: bool
    level: str = ""
    schedule_id: int | None = Field(default=None, foreign_key="schedule.id")


class Change(SQLModel, table=True):
    """Who changed what; `final` says why it cannot be undone."""

    id: int | None = Field(default=None, primary_key=True)
    at: int
    who: str
    what: str
    undone_by: int | None = Field(default=None, foreign_key="change.id", ondelete="SET NULL", index=True)
    origin: str = ""
    undoes: int | None = Field(default=None, foreign_key="change.id", ondelete="SET NULL", index=True)
    final: str = ""
    bytes: int = 0


class ChangeRow(SQLModel, table=True):
    """One row of a change before and after it, as JSON; None: there was none."""

    __tablename__ = "change_row"

    change_id: int = Field(primary_key=True, foreign_key="change.id", ondelete="CASCADE")
    number: int = Field(primary_key=True)
    table_name: str
    before: str | None = None
    after: str | None = None
