# SPDX-License-Identifier: GPL-3.0-or-later
"""config.db as SQLModel classes. The migrations make the tables; a test holds that both agree. Times: Unix seconds.

Tables of single matters stand elsewhere: `blocklist_status`, the update process's, in `store.config.list_status`;
local names in `store.local.local_tables`, pauses and the history of changes in `store.household.household_tables`.
"""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Meta(SQLModel, table=True):
    """`policy_version` grows with every edit that changes an answer, `index_generation` with every published index."""

    key: str = Field(primary_key=True)
    value: str


class Setting(SQLModel, table=True):
    """A setting that was changed on the settings page; `value` is JSON."""

    key: str = Field(primary_key=True)
    value: str


class Account(SQLModel, table=True):
    """Somebody who may log in. `totp_since` None: no second step, or one that no code has confirmed yet."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(default="admin", unique=True)
    role: str = "admin"
    password_hash: str
    changed_at: int
    totp_secret: str | None = None
    totp_since: int | None = None
    totp_step: int = 0


class AccountDevice(SQLModel, table=True):
    """A device that somebody of the role own sees."""

    __tablename__ = "account_device"

    account_id: int = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    device_id: int = Field(primary_key=True, foreign_key="device.id", ondelete="CASCADE")


class RecoveryCode(SQLModel, table=True):
    """What lets somebody in once in place of a code; only its SHA-256 is kept."""

    __tablename__ = "recovery_code"

    hash: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE")


class Session(SQLModel, table=True):
    """Somebody who is logged in; only the SHA-256 of the cookie is kept."""

    id_hash: str = Field(primary_key=True)
    account_id: int = Field(default=1, foreign_key="account.id", ondelete="CASCADE")
    csrf: str
    created_at: int
    expires_at: int
    last_seen: int
    address: str
    agent: str = ""


class Token(SQLModel, table=True):
    """An API token; only its SHA-256 is kept."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    scope: str
    hash: str = Field(unique=True)
    created_at: int
    last_used: int | None = None
    revoked_at: int | None = None
    expires_at: int | None = None
    last_address: str = ""


class Schedule(SQLModel, table=True):
    """Named windows of the week; `windows` is JSON."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    windows: str


class Group(SQLModel, table=True):
    """Devices that share a policy."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    answer: str = ""
    schedule_id: int | None = Field(default=None, foreign_key="schedule.id")
    upstreams: str = "[]"


class Device(SQLModel, table=True):
    """A thing in the home. `name` was given by a person, `found_name` by the network, from its source `found_from`."""

    id: int | None = Field(default=None, primary_key=True)
    name: str | None = None
    found_name: str | None = None
    found_from: str | None = None
    maker: str | None = None
    first_seen: int
    kind: str | None = None
    found_kind: str | None = None
    kind_reason: str | None = None


class Client(SQLModel, table=True):
    """A source address, and the device that it belongs to; `how` that is known, and the MAC behind it when met last."""

    address: str = Field(primary_key=True)
    device_id: int = Field(foreign_key="device.id", ondelete="CASCADE")
    first_seen: int
    how: str = "address"
    mac: str | None = None
    last_seen: int = 0


class Blocklist(SQLModel, table=True):
    """A named set of rules: a pack of ours, one from the catalogue, or one that was added by hand."""

    id: str = Field(primary_key=True)
    kind: str
    title: str
    source: str
    format: str | None = None
    allow: bool = False
    about: str = ""
    licence: str = ""
    purpose: str = ""
    size: str = ""
    homepage: str = ""
    added_at: int
    options: str = "{}"
    answer: str = ""
    guard: bool = True


class Toggle(SQLModel, table=True):
    """A blocklist on or off for a scope; no row means: as the wider scope has it."""

    scope_kind: str = Field(primary_key=True)
    scope_id: int = Field(primary_key=True)
    blocklist_id: str = Field(primary_key=True, foreign_key="blocklist.id", ondelete="CASCADE")
    on: bool
    level: str | None = None
    schedule_id: int | None = Field(default=None, foreign_key="schedule.id")


class Rule(SQLModel, table=True):
    """What the home blocks or allows by itself: a name, or with the form `regex` what a pattern matches.

    `on` false: kept, and decides nothing. `until`: Unix seconds at which it ends by itself, None: it stays.
    """

    __table_args__ = (
        UniqueConstraint("scope_kind", "scope_id", "kind", "form", "name", "subdomains", "types", "inverted"),
    )

    id: int | None = Field(default=None, primary_key=True)
    scope_kind: str
    scope_id: int
    kind: str
    form: str = "name"
    name: str
    subdomains: bool
    types: str = ""
    inverted: bool = False
    answer: str = ""
    comment: str = ""
    created_at: int
    schedule_id: int | None = Field(default=None, foreign_key="schedule.id")
    on: bool = True
    until: int | None = None


class WallSwitch(SQLModel, table=True):
    """A switch of the wall where a group or a device differs from the house; the house's are settings."""

    __tablename__ = "wall_switch"

    scope_kind: str = Field(primary_key=True)
    scope_id: int = Field(primary_key=True)
    switch: str = Field(primary_key=True)
    mode: str
