# SPDX-License-Identifier: GPL-3.0-or-later
"""Domains that are forwarded to servers of their own: added, changed, removed. Each function is one change.

`is_ours`: whether an upstream's spec leads back to this appliance (`forwards.leads_here`); such a one is refused.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable

from store.base.sentences import say, sentence_of
from store.config.engine import Engine
from store.config.session import EditError, NotFound, about, bump, looking, selected, writing
from store.history import called
from store.local import forwards
from store.local.local_records import MAX_COMMENT
from store.rows import orm, tables

IsOurs = Callable[[str], bool]


def forwarded(e: Engine) -> list[tables.ForwardedDomain]:
    """All of them by domain: plain rows with its columns."""
    with looking(e) as con:
        return selected(con, "SELECT * FROM forward ORDER BY domain")


def add_forward(e: Engine, domain: str, upstreams: Iterable[str], comment: str, is_ours: IsOurs) -> int:
    """Forward a domain, or give one that is forwarded other servers; returns its id. Raises EditError."""
    domain, specs = _domain(domain), _specs(upstreams, is_ours)
    with writing(e, say("{domain} is forwarded to {servers}.", domain=domain, servers=_said(specs))) as session:
        row = session.exec(orm.select(tables.ForwardedDomain).filter_by(domain=domain)).first()
        if row is None:
            row = tables.ForwardedDomain(domain=domain, upstreams="[]", created_at=int(time.time()))
        _put(session, row, specs, comment)
        assert row.id is not None
        return row.id


def change_forward(
    e: Engine, number: int, upstreams: Iterable[str] | None, comment: str | None, is_ours: IsOurs
) -> None:
    """Change what is given of a forward. Raises EditError, NotFound."""
    specs = None if upstreams is None else _specs(upstreams, is_ours)
    with writing(e, say("The forward of {domain} is changed.", domain=called.forward(number))) as session:
        row = _row_of(session, number)
        kept = forwards.of_text(row.upstreams) if specs is None else specs
        _put(session, row, kept, row.comment if comment is None else comment)


def remove_forward(e: Engine, number: int) -> None:
    """Let the domain be answered as all others. Raises NotFound."""
    with writing(e, say("{domain} is forwarded no more.", domain=called.forward(number))) as session:
        session.delete(_row_of(session, number))
        bump(session)


def number_of(e: Engine, domain: str) -> int:
    """The id of a domain's forward. Raises EditError, NotFound."""
    domain = _domain(domain)
    for row in forwarded(e):
        if row.domain == domain and row.id is not None:
            return row.id
    raise NotFound(say("{domain} is not forwarded.", domain=domain))


def _put(session: orm.Session, row: tables.ForwardedDomain, specs: tuple[str, ...], comment: str) -> None:
    if len(comment) > MAX_COMMENT:
        raise EditError(say("A comment has at most {most} characters.", most=MAX_COMMENT), "comment")
    others = session.exec(orm.select(tables.ForwardedDomain)).all()
    existing = {other.domain: forwards.of_text(other.upstreams) for other in others if other.id != row.id}
    try:
        forwards.check_room(existing, row.domain, specs)
    except ValueError as error:
        raise EditError(sentence_of(error)) from None
    row.upstreams, row.comment = json.dumps(specs), comment
    session.add(row)
    session.flush()
    bump(session)


def _row_of(session: orm.Session, number: int) -> tables.ForwardedDomain:
    row = session.get(tables.ForwardedDomain, number)
    if row is None:
        raise NotFound(say("There is no forward {number}.", number=number))
    return row


@about("domain")
def _domain(text: str) -> str:
    try:
        return forwards.check_domain(text)
    except ValueError as error:
        raise EditError(sentence_of(error)) from None


@about("upstreams")
def _specs(upstreams: Iterable[str], is_ours: IsOurs) -> tuple[str, ...]:
    try:
        return forwards.check_upstreams(upstreams, is_ours)
    except ValueError as error:
        raise EditError(sentence_of(error)) from None


def _said(specs: tuple[str, ...]) -> str:
    return ", ".join(specs) or say("the upstreams that everybody asks")
