# SPDX-License-Identifier: GPL-3.0-or-later
"""API tokens: made here, shown once, revoked here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from store.base.sentences import say
from store.config import account
from store.config.account import TokenView
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
    last_used: str | None
    revoked_at: str | None


class TokenList(BaseModel):
    items: list[Token]
    next: None = None


class NewToken(shapes.Body):
    name: str = Field(min_length=1, max_length=60)
    scope: TokenScope = TokenScope.READ


class MadeToken(BaseModel):
    name: str
    scope: TokenScope
    token: str = Field(description="shown this once; only its hash is kept")


@router.get("", summary="All tokens, without their secret")
def tokens(engine: Engine) -> TokenList:
    return TokenList(items=[_shape(row) for row in account.tokens(engine)])


@router.post("", status_code=201, summary="Make a token")
def create_token(body: NewToken, engine: Engine) -> MadeToken:
    return MadeToken(name=body.name, scope=body.scope, token=account.create_token(engine, body.name, body.scope))


@router.delete("/{token_id}", status_code=204, summary="Revoke a token")
def revoke_token(token_id: TokenId, engine: Engine) -> None:
    for row in account.tokens(engine):
        if row.id == token_id and row.revoked_at is None:
            account.revoke_token(engine, row.name)
            return
    raise Problem(404, say("There is no token {token_id} in use.", token_id=token_id))


def _shape(row: TokenView) -> Token:
    times = {key: shapes.seconds_iso(getattr(row, key)) for key in ("created_at", "last_used", "revoked_at")}
    return Token.model_validate({"id": row.id, "name": row.name, "scope": row.scope, **times})
