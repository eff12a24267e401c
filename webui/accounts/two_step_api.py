# SPDX-License-Identifier: GPL-3.0-or-later
"""One's own second step: begun, confirmed by a code, recovery codes made anew, turned off. A token is nobody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from store.accounts import login_sessions, people, two_step
from webui.api import shapes
from webui.http import login, permissions
from webui.http.deps import CurrentSession, Engine, WebUi

router = APIRouter(prefix="/two-step", tags=["users"], dependencies=[permissions.oneself])

Password = Annotated[str, Field(max_length=login.MAX_PASSWORD, description="the one that holds now")]
Code = Annotated[str, Field(max_length=two_step.MAX_CODE, description="of the app, or a recovery code")]


class SecondStep(BaseModel):
    on: bool
    since: str | None
    codes_left: int = Field(description="recovery codes that were not used")


class Begin(shapes.Body):
    password: Password


class Begun(BaseModel):
    secret: str = Field(description="base32, for an authenticator app; it holds once a code confirms it")
    uri: str = Field(description="the same as otpauth://, for a QR code")


class Confirm(shapes.Body):
    code: Annotated[str, Field(max_length=two_step.MAX_CODE, description="that the app shows now")]


class Proof(shapes.Body):
    password: Password
    code: Code


class Codes(BaseModel):
    codes: list[str] = Field(description="each opens once, in place of a code of the app; shown this once")


@router.get("", summary="Whether log-in asks oneself for a code")
def standing(engine: Engine, caller: CurrentSession) -> SecondStep:
    now = two_step.standing(engine, caller.account_id)
    return SecondStep(on=now.since is not None, since=shapes.seconds_iso(now.since), codes_left=now.codes_left)


@router.post("", status_code=201, summary="Begin with a new secret")
def begin(body: Begin, request: Request, ui: WebUi, engine: Engine, caller: CurrentSession) -> Begun:
    name = people.person(engine, caller.account_id).name
    login.prove(ui, login.address_of(request), body.password, login.session_of(request), name=name)
    made = two_step.begin(engine, caller.account_id)
    return Begun(secret=made.secret, uri=made.uri)


@router.post("/confirm", status_code=201, summary="Turn it on by a code of the app")
def confirm(body: Confirm, engine: Engine, caller: CurrentSession) -> Codes:
    """Ends all other log-ins of one's own."""
    codes = two_step.confirm(engine, caller.account_id, body.code)
    login_sessions.end_others(engine, caller.account_id, caller.session)
    return Codes(codes=codes)


@router.post("/codes", status_code=201, summary="New recovery codes; those before hold no more")
def new_codes(body: Proof, request: Request, ui: WebUi, engine: Engine, caller: CurrentSession) -> Codes:
    login.prove_oneself(ui, request, caller.account_id, body.password, body.code)
    return Codes(codes=two_step.new_codes(engine, caller.account_id))


@router.post("/off", status_code=204, summary="Turn it off")
def turn_off(body: Proof, request: Request, ui: WebUi, engine: Engine, caller: CurrentSession) -> None:
    login.prove_oneself(ui, request, caller.account_id, body.password, body.code)
    two_step.off(engine, caller.account_id)
