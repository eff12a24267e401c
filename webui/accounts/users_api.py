# SPDX-License-Identifier: GPL-3.0-or-later
"""The people who may log in, for admins; one's own log-ins and second step, for oneself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from store.accounts import login_sessions, people, two_step
from store.accounts.login_sessions import SessionView
from store.config.account import MAX_NAME, Person
from store.config.choices import Role
from webui.api import shapes
from webui.http import login, permissions
from webui.http.deps import CurrentSession, Engine, WebUi

router = APIRouter(tags=["users"], dependencies=[permissions.admins])

UserId = Annotated[int, Path(ge=1, le=shapes.MAX_ID)]
Password = Annotated[str, Field(max_length=login.MAX_PASSWORD, description="at least 8 characters")]
Name = Annotated[str, Field(max_length=4 * MAX_NAME)]
Devices = Annotated[list[Annotated[int, Field(ge=1, le=shapes.MAX_ID)]], Field(max_length=people.MAX_DEVICES)]


class User(BaseModel):
    id: int
    name: str
    role: Role = Field(description="admin: all; viewer: sees all, changes nothing; own: their own devices alone")
    devices: list[int] = Field(description="those that the role own sees")
    two_step: bool = Field(description="whether a code is asked for, too")
    changed_at: str | None = Field(description="when the password was set")


class UserList(BaseModel):
    items: list[User]
    next: None = None


class NewUser(shapes.Body):
    name: Name
    role: Role
    password: Password
    devices: Devices = Field(default=[])


class UserEdit(shapes.Body):
    name: Name | None = None
    role: Role | None = None
    password: Password | None = None
    devices: Devices | None = None


class LogInItem(BaseModel):
    id: str = Field(description="names it, and opens nothing")
    user: str
    created_at: str | None
    last_seen: str | None
    expires_at: str | None
    address: str
    agent: str
    current: bool


class LogInList(BaseModel):
    items: list[LogInItem]
    next: None = None


@router.get("/users", summary="Who may log in")
def users(engine: Engine) -> UserList:
    return UserList(items=[_user(person) for person in people.people(engine)])


@router.post("/users", status_code=201, summary="Add somebody")
def add(body: NewUser, engine: Engine) -> User:
    return _user(people.person(engine, people.add(engine, body.name, body.role, body.password, body.devices)))


@router.get("/users/{user_id}", summary="One of them")
def user(user_id: UserId, engine: Engine) -> User:
    return _user(people.person(engine, user_id))


@router.patch("/users/{user_id}", summary="Another name, role, password or devices")
def change(user_id: UserId, body: UserEdit, engine: Engine, caller: CurrentSession) -> User:
    """Another role or password ends their log-ins. Somebody is always an admin. One's own password: on the page."""
    if body.password is not None:
        login.refuse_oneself(caller, user_id)
    people.change(engine, user_id, name=body.name, role=body.role, devices=body.devices)
    if body.password is not None:
        people.set_password(engine, user_id, body.password)
    return _user(people.person(engine, user_id))


@router.delete("/users/{user_id}", status_code=204, summary="Remove somebody; they are logged out at once")
def remove(user_id: UserId, engine: Engine) -> None:
    people.remove(engine, user_id)


@router.delete("/users/{user_id}/two-step", status_code=204, summary="Turn off the second step of somebody")
def two_step_off(user_id: UserId, engine: Engine, caller: CurrentSession) -> None:
    """One's own: `/two-step/off`, which takes password and code."""
    login.refuse_oneself(caller, user_id)
    two_step.off(engine, user_id)


@router.get("/sessions", dependencies=[permissions.oneself], summary="Where one is logged in; admins see everybody")
def sessions(ui: WebUi, engine: Engine, caller: CurrentSession) -> LogInList:
    whose = None if caller.scope == Role.ADMIN else caller.account_id
    views = login_sessions.sessions(engine, whose, life=ui.life())
    return LogInList(items=[_log_in(view, caller.session) for view in views])


@router.delete("/sessions", status_code=204, dependencies=[permissions.oneself], summary="End all others of one's own")
def end_others(engine: Engine, caller: CurrentSession) -> None:
    login_sessions.end_others(engine, caller.account_id, caller.session)


@router.delete("/sessions/{session_id}", status_code=204, dependencies=[permissions.oneself], summary="End one")
def end(session_id: Annotated[str, Path(max_length=64)], engine: Engine, caller: CurrentSession) -> None:
    login_sessions.end_named(engine, session_id, None if caller.scope == Role.ADMIN else caller.account_id)


def _user(person: Person) -> User:
    return User(id=person.id, name=person.name, role=Role(person.role), devices=list(person.devices),
                two_step=person.two_step, changed_at=shapes.seconds_iso(person.changed_at))  # fmt: skip


def _log_in(view: SessionView, current: str) -> LogInItem:
    times = {key: shapes.seconds_iso(getattr(view, key)) for key in ("created_at", "last_seen", "expires_at")}
    return LogInItem(id=view.id, user=view.name, address=view.address, agent=view.agent, current=view.id == current,
                     **times)  # fmt: skip
