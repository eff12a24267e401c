# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may use this: oneself with password and log-ins, and for admins the people and their roles."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from store.accounts import login_sessions, people, two_step
from store.base.languages import tell
from store.base.sentences import say
from store.config import account, devices
from store.config.choices import Role
from store.config.engine import Engine as SqlEngine
from webui.accounts import agent_words, qr_code, recovery_file
from webui.http import login, permissions
from webui.http.auth import Caller
from webui.http.deps import Config, CurrentSession, Engine, WebUi
from webui.http.language import language
from webui.http.problems import Problem
from webui.http.state import WebUi as State
from webui.pages.templating import back_to, page
from webui.views import formatting

router = APIRouter(prefix="/accounts", dependencies=[permissions.oneself])

ROLES = {
    Role.ADMIN: say("admin: all"), Role.VIEWER: say("viewer: sees all, changes nothing"),
    Role.OWN: say("own devices: sees theirs alone"),
}  # fmt: skip
_NOTICES = {
    "password": say("The password is changed. All other browsers have to log in anew."),
    "ended": say("That log-in is over."), "others": say("All other log-ins are over."),
    "added": say("Added."), "changed": say("Saved."), "removed": say("Removed, and logged out."),
    "off": say("Two-step log-in is off."),
    "recovery": say("You came in with a recovery code, which holds no more. If the phone is lost, turn two-step log-in "
                    "off below with another one, and begin anew."),
}  # fmt: skip
Password = Annotated[str, Form(max_length=login.MAX_PASSWORD)]
Text = Annotated[str, Form(max_length=200)]
Number = Annotated[int, Form(alias="id", ge=1, le=2**31)]
DeviceIds = Annotated[list[int] | None, Form(alias="device")]
admins = [permissions.admins]


@router.get("")
def show(
    request: Request, ui: WebUi, engine: Engine, config: Config, caller: CurrentSession,
    notice: Annotated[str, Query(max_length=40)] = "",
) -> Response:  # fmt: skip
    return _page(request, ui, engine, config, caller, notice=_NOTICES.get(notice, ""))


@router.post("/password")
def change_password(
    request: Request, ui: WebUi, engine: Engine, caller: CurrentSession, current: Password, new: Password,
    again: Password, code: Text = "",
) -> Response:  # fmt: skip
    """Ends every session of theirs, this one too, and begins a new one for this browser."""
    if new != again:
        raise Problem(422, say("The two new passwords differ; type the same one twice."))
    login.prove_oneself(ui, request, caller.account_id, current, code)
    account.set_password(engine, new, caller.account_id)
    response = back_to("/accounts?notice=password")
    made = login_sessions.create_session(
        engine, login.address_of(request), account_id=caller.account_id, agent=login.agent_of(request), life=ui.life()
    )
    login.give_cookie(request, response, made.id)
    return response


@router.post("/sessions/end")
def end(engine: Engine, caller: CurrentSession, named: Annotated[str, Form(alias="id", max_length=64)]) -> Response:
    login_sessions.end_named(engine, named, None if caller.scope == Role.ADMIN else caller.account_id)
    return back_to("/accounts?notice=ended")


@router.post("/sessions/others")
def end_others(engine: Engine, caller: CurrentSession) -> Response:
    login_sessions.end_others(engine, caller.account_id, caller.session)
    return back_to("/accounts?notice=others")


@router.post("/two-step")
def begin(
    request: Request, ui: WebUi, engine: Engine, config: Config, caller: CurrentSession, password: Password
) -> Response:
    """A new secret as a QR code, which counts once a code confirms it. Only who knows the password may begin."""
    name = people.person(engine, caller.account_id).name
    login.prove(ui, login.address_of(request), password, login.session_of(request), name=name)
    two_step.begin(engine, caller.account_id)
    return back_to("/accounts#two-step")


@router.post("/two-step/confirm")
def confirm(
    request: Request, ui: WebUi, engine: Engine, config: Config, caller: CurrentSession, code: Text
) -> Response:
    """The page with the recovery codes on it, this once: they are nowhere else, so there is no redirect."""
    codes = two_step.confirm(engine, caller.account_id, code)
    login_sessions.end_others(engine, caller.account_id, caller.session)
    return _page(request, ui, engine, config, caller, codes=codes)


@router.post("/two-step/codes")
def new_codes(
    request: Request, ui: WebUi, engine: Engine, config: Config, caller: CurrentSession, password: Password, code: Text
) -> Response:
    login.prove_oneself(ui, request, caller.account_id, password, code)
    return _page(request, ui, engine, config, caller, codes=two_step.new_codes(engine, caller.account_id))


@router.post("/two-step/off")
def turn_off(
    request: Request, ui: WebUi, engine: Engine, caller: CurrentSession, password: Password, code: Text
) -> Response:
    login.prove_oneself(ui, request, caller.account_id, password, code)
    two_step.off(engine, caller.account_id)
    return back_to("/accounts?notice=off")


@router.post("/users", dependencies=admins)
def add(engine: Engine, name: Text, role: Text, password: Password, device: DeviceIds = None) -> Response:
    people.add(engine, name, role, password, device or ())
    return back_to("/accounts?notice=added#people")


@router.post("/users/change", dependencies=admins)
def change(
    engine: Engine, caller: CurrentSession, number: Number, name: Text, role: Text, password: Password = "",
    device: DeviceIds = None,
) -> Response:  # fmt: skip
    if password:
        login.refuse_oneself(caller, number)
    people.change(engine, number, name=name, role=role, devices=device or ())
    if password:
        people.set_password(engine, number, password)
    return back_to("/accounts?notice=changed#people")


@router.post("/users/remove", dependencies=admins)
def remove(engine: Engine, number: Number) -> Response:
    people.remove(engine, number)
    return back_to("/accounts?notice=removed#people")


@router.post("/users/two-step-off", dependencies=admins)
def turn_off_for(engine: Engine, caller: CurrentSession, number: Number) -> Response:
    login.refuse_oneself(caller, number)
    two_step.off(engine, number)
    return back_to("/accounts?notice=off#people")


def _page(
    request: Request, ui: State, engine: SqlEngine, config: sqlite3.Connection, caller: Caller, *, notice: str = "",
    codes: Sequence[str] = (),
) -> Response:  # fmt: skip
    """`codes`: recovery codes that are shown this once, and as a file to download."""
    everybody, admin = people.people(engine), caller.scope == Role.ADMIN
    begun = two_step.begun(engine, caller.account_id)
    views = login_sessions.sessions(engine, None if admin else caller.account_id, life=ui.life())
    me = next(person for person in everybody if person.id == caller.account_id)
    written = recovery_file.lines(codes, me.name, formatting.day(time.time()))
    codes_file = recovery_file.address([tell(line, language(request)) for line in written]) if codes else ""
    return page(
        request, "accounts_page.html", notice=notice, admin=admin, everybody=everybody if admin else [],
        me=me, roles=ROLES, codes_file=codes_file, codes_name=recovery_file.NAME,
        count=len(everybody), standing=two_step.standing(engine, caller.account_id), codes=list(codes),
        begun=begun, qr=qr_code.svg(begun.uri) if begun else "", now=int(time.time()),
        tokens=sum(token.holds(time.time()) for token in account.tokens(engine)) if admin else 0,
        mine=sum(view.account_id == me.id for view in views),
        sessions=[(view, agent_words.in_words(view.agent), view.id == caller.session) for view in views],
        devices=sorted(devices.names(config).items(), key=lambda entry: entry[1].casefold()) if admin else [],
    )  # fmt: skip
