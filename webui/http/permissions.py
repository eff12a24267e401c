# SPDX-License-Identifier: GPL-3.0-or-later
"""What a route needs, declared at the route or its router, the one nearest to the route counts:

    router = APIRouter(prefix="/groups", dependencies=[permissions.sees])

    everybody      without log-in: the door itself, health
    at_own_device  without log-in, too, from the device that it is about: `webui.http.own_device` guards these
    known          whoever is logged in, and every token
    oneself        whoever is logged in, about themselves; a token is nobody
    sees           to read: who sees all (viewer, admin, every token); to change: admins
    pauses         the same, and tokens of the scope pause may change it
    admins         admins alone, to read, too: it holds secrets, or says who may what

A route without any is for admins alone, and a test fails. `webui.http.auth` looks; here is only who may what.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fastapi import Depends

from store.config.choices import Role, TokenScope

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Need(StrEnum):
    """What a call needs, in the words of docs/access.md."""

    EVERYBODY = "everybody"
    AT_OWN_DEVICE = "own device"
    KNOWN = "known"
    ONESELF = "oneself"
    SEE = "see"
    PAUSE = "pause"
    ADMIN = "admin"


# Who meets a need: roles of people, scopes of tokens. For EVERYBODY and AT_OWN_DEVICE nobody has to be known.
PEOPLE: dict[Need, frozenset[str]] = {
    Need.EVERYBODY: frozenset(Role),
    Need.AT_OWN_DEVICE: frozenset(Role),
    Need.KNOWN: frozenset(Role),
    Need.ONESELF: frozenset(Role),
    Need.SEE: frozenset({Role.ADMIN, Role.VIEWER}),
    Need.PAUSE: frozenset({Role.ADMIN}),
    Need.ADMIN: frozenset({Role.ADMIN}),
}
TOKENS: dict[Need, frozenset[str]] = {
    Need.EVERYBODY: frozenset(TokenScope),
    Need.AT_OWN_DEVICE: frozenset(TokenScope),
    Need.KNOWN: frozenset(TokenScope),
    Need.ONESELF: frozenset(),
    Need.SEE: frozenset(TokenScope),
    Need.PAUSE: frozenset({TokenScope.PAUSE, TokenScope.ADMIN}),
    Need.ADMIN: frozenset({TokenScope.ADMIN}),
}
OPEN = frozenset({Need.EVERYBODY, Need.AT_OWN_DEVICE})


@dataclass(frozen=True, slots=True)
class Permission:
    """What reading and changing need. As a dependency it does nothing: the gate has looked at it before."""

    read: Need
    change: Need

    async def __call__(self) -> None:
        """Nothing is left to do."""

    def need(self, method: str) -> Need:
        return self.read if method in SAFE_METHODS else self.change


NONE_DECLARED = Permission(Need.ADMIN, Need.ADMIN)

everybody = Depends(Permission(Need.EVERYBODY, Need.EVERYBODY))
at_own_device = Depends(Permission(Need.AT_OWN_DEVICE, Need.AT_OWN_DEVICE))
known = Depends(Permission(Need.KNOWN, Need.KNOWN))
oneself = Depends(Permission(Need.ONESELF, Need.ONESELF))
sees = Depends(Permission(Need.SEE, Need.ADMIN))
pauses = Depends(Permission(Need.SEE, Need.PAUSE))
admins = Depends(Permission(Need.ADMIN, Need.ADMIN))


def declared(route: Any) -> Permission | None:
    """What a route declares, or its router; None for neither."""
    for dependency in reversed(getattr(route, "dependencies", ())):
        if isinstance(dependency.dependency, Permission):
            return dependency.dependency
    return None


def needed(route: Any, method: str) -> Need:
    return (declared(route) or NONE_DECLARED).need(method)


def may(need: Need, kind: str | None, scope: str) -> bool:
    """Whether a session (its role) or token (its scope) meets a need; `kind` None: nobody is known."""
    if kind is None:
        return need in OPEN
    return scope in (TOKENS if kind == "token" else PEOPLE)[need]
