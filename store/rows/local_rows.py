# SPDX-License-Identifier: GPL-3.0-or-later
"""Local names as SQLModel classes. Times: Unix seconds; the columns are told of in the migration 0004_household.sql."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class LocalRecord(SQLModel, table=True):
    """A record of a name of the home's own."""

    __tablename__ = "local_record"
    __table_args__ = (UniqueConstraint("name", "type", "value"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    type: str
    value: str
    comment: str = ""
    created_at: int


class ForwardedDomain(SQLModel, table=True):
    """A domain, with all below it, that other servers answer; `upstreams` is a JSON list."""

    __tablename__ = "forward"

    id: int | None = Field(default=None, primary_key=True)
    domain: str = Field(unique=True)
    upstreams: str
    comment: str = ""
    created_at: int


class StaticLease(SQLModel, table=True):
    """The address that a device always gets by DHCP; `name` is "" for what it calls itself."""

    __tablename__ = "dhcp_static"

    mac: str = Field(primary_key=True)
    address: str = Field(unique=True)
    name: str = ""
    created_at: int


class NameCorrection(SQLModel, table=True):
    """What people say of a name against the tables of whose names are; None: as the tables have it."""

    __tablename__ = "name_correction"

    name: str = Field(primary_key=True)
    scope: str
    company: str | None = None
    product: str | None = None
    purpose: str | None = None
    kind: str | None = None
    note: str = ""
    created_at: int


class FindingDecision(SQLModel, table=True):
    """What people decided about a finding; `device` 0: the home's, `changed_us`: microseconds since 1970."""

    __tablename__ = "finding_state"

    kind: str = Field(primary_key=True)
    device: int = Field(primary_key=True)
    key: str = Field(primary_key=True)
    state: str
    changed_us: int


class DeviceWord(SQLModel, table=True):
    """By which a device says which one it is, over encrypted DNS; after a merge it may have several."""

    __tablename__ = "device_word"

    word: str = Field(primary_key=True)
    device_id: int = Field(foreign_key="device.id", ondelete="CASCADE")
    made_at: int
