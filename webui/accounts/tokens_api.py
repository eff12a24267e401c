# SPDX-License-Identifier: GPL-3.0-or-later
"""API tokens: made here, shown once, revoked here."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from store.accounts import expiry
from store.base.sentences import say
from store.config import account
from store.config.account import MAX_TOKEN_NAME, TokenView
from store.config.choices import TokenScope
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Engine
from webui.http.problems import Problem

router = APIRouter(prefix="/tokens", tags=["tokens"], dependencies=[permissions.admins])

TokenId = Annotated[int, Path(ge=1, le=shapes.MAX_ID)]


class Token(BaseModel):
    id: int
    name: str
    scope: TokenScope
    created_at: str | None
    expires_at: str | None = Field(description="null: it does not end by itself")
    last_used: str | None = Field(description="to within an hour")
    last_address: str = Field(description="from where it was used last; empty: not known")
    revoked_at: str | None
    holds: bool = Field(description="neither revoked nor past its expiry")


class TokenList(BaseModel):
    items: list[Token]
    next: None = None


class NewToken(shapes.Body):
    name: str = Field(min_length=1, max_length=MAX_TOKEN_NAME)
    scope: TokenScope = TokenScope.READ
    expires_at: str | None = Field(
        default=None, max_length=expiry.MAX_TEXT,
        description="null: never; a length such as 30d; a date, to its end; or ISO 8601",
    )  # fmt: skip


class MadeToken(BaseModel):
    name: str
    scope: TokenScope
    expires_at: str | None
    token: str = Field(description="shown this once; only its hash is kept")


@router.get("", summary="All tokens, without their secret")
def tokens(engine: Engine) -> TokenList:
    return TokenList(items=[_shape(row) for row in account.tokens(engine)])


@router.post("", status_code=201, summary="Make a token")
def create_token(body: NewToken, engine: Engine) -> MadeToken:
    end = expiry.end_of(body.expires_at, time.time())
    made = account.create_token(engine, body.name, body.scope, end)
    name = " ".join(body.name.split())  # as it is kept
    return MadeToken(name=name, scope=body.scope, expires_at=shapes.seconds_iso(end), token=made)


@router.delete("/{token_id}", status_code=204, summary="Revoke a token")
def revoke_token(token_id: TokenId, engine: Engine) -> None:
    for row in account.tokens(engine):
        if row.id == token_id and row.revoked_at is None:
            account.revoke_token(engine, row.name)
            return
    raise Problem(404, say("There is no token {token_id} in use.", token_id=token_id))


def _shape(row: TokenView) -> Token:
    keys = ("created_at", "expires_at", "last_used", "revoked_at")
    times = {key: shapes.seconds_iso(getattr(row, key)) for key in keys}
    return Token.model_validate({
        "id": row.id, "name": row.name, "scope": row.scope, "last_address": row.last_address,
        "holds": row.holds(time.time()), **times,
    })  # fmt: skip
