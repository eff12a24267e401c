# SPDX-License-Identifier: GPL-3.0-or-later
"""What an edit names must be there: the scope that it is for."""

from sqlmodel import Session

from store.base.sentences import say
from store.config import tables
from store.config.choices import ScopeKind
from store.config.edit import parse_scope
from store.config.scopes import Scope
from store.config.session import NotFound


def scope_in(session: Session, text: str) -> Scope:
    """`house`, `group:1` or `device:3` as a scope. Raises EditError; NotFound where it is not there."""
    scope = parse_scope(text)
    if scope.kind == ScopeKind.DEVICE and session.get(tables.Device, scope.number) is None:
        raise NotFound(say("There is no device {number}.", number=scope.number))
    if scope.kind == ScopeKind.GROUP and session.get(tables.Group, scope.number) is None:
        raise NotFound(say("There is no group {number}.", number=scope.number))
    return scope
