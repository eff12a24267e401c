# SPDX-License-Identifier: GPL-3.0-or-later
"""Static leases: added and removed. Each function is one change."""

from __future__ import annotations

import time

from sqlalchemy import Engine
from sqlmodel import Session, select

from store.base.sentences import say, sentence_of
from store.config.session import EditError, NotFound, bump, connection, reading, writing
from store.local import local_tables, static_leases
from store.local.static_leases import MAX_STATIC, StaticLease


def static(e: Engine) -> tuple[StaticLease, ...]:
    """All, by address."""
    with reading(e) as session:
        return static_leases.load(connection(session))


def add_static(e: Engine, mac: str, address: str, name: str = "") -> StaticLease:
    """One more; a MAC and an address are in one lease each. Raises EditError."""
    try:
        lease = static_leases.check(mac, address, name)
    except ValueError as error:
        raise EditError(sentence_of(error)) from None
    with writing(e, say("{address} is kept for {mac}.", address=lease.address, mac=lease.mac)) as session:
        rows = session.exec(select(local_tables.StaticLease)).all()
        if len(rows) >= MAX_STATIC:
            raise EditError(say("There are {most} static leases already.", most=MAX_STATIC))
        for row in rows:
            _stand_together(lease, row)
        session.add(local_tables.StaticLease(
            mac=lease.mac, address=lease.address, name=lease.name, created_at=int(time.time())
        ))
        bump(session)
    return lease


def remove_static(e: Engine, which: str) -> None:
    """Forget the one with this MAC or address. Raises NotFound."""
    text = which.strip().lower().replace("-", ":")
    with writing(e, say("The static lease of {which} is removed.", which=text)) as session:
        session.delete(_row(session, text))
        bump(session)


def _stand_together(lease: StaticLease, row: local_tables.StaticLease) -> None:
    if row.mac == lease.mac:
        raise EditError(say("{mac} has a static lease already: {address}.", mac=row.mac, address=row.address))
    if row.address == lease.address:
        raise EditError(say("{address} is kept for {mac} already.", mac=row.mac, address=row.address))
    if lease.name and row.name == lease.name:
        raise EditError(say("{name} is the name of {mac} already.", mac=row.mac, name=row.name))


def _row(session: Session, text: str) -> local_tables.StaticLease:
    table = local_tables.StaticLease
    row = session.exec(select(table).where((table.mac == text) | (table.address == text))).first()
    if row is None:
        raise NotFound(say("There is no static lease of {which}.", which=text[:60]))
    return row
