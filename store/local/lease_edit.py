# SPDX-License-Identifier: GPL-3.0-or-later
"""Static leases: added, changed and removed. Each function is one change."""

from __future__ import annotations

import time
from collections.abc import Iterable

from store.base.sentences import say, sentence_of
from store.config.engine import Engine
from store.config.session import EditError, NotFound, bump, looking, reading, writing
from store.local import static_leases
from store.local.static_leases import MAX_STATIC, StaticLease, WrongLease
from store.rows import orm, tables


class TakenLease(EditError):  # noqa: N818 - what is taken is the point
    """Another lease has it already; `part` is the name of the field."""

    def __init__(self, part: str, sentence: str) -> None:
        super().__init__(sentence, part)
        self.part = part


def static(e: Engine) -> tuple[StaticLease, ...]:
    """All, by address."""
    with looking(e) as con:
        return static_leases.load(con)


def find_static(e: Engine, which: str) -> StaticLease:
    """The one with this MAC or address. Raises NotFound."""
    with reading(e) as session:
        row = _row(session, which)
        return StaticLease(row.mac, row.address, row.name)


def add_static(e: Engine, mac: str, address: str, name: str = "") -> StaticLease:
    """One more; a MAC and an address are in one lease each. Raises EditError."""
    lease = _checked(mac, address, name)
    with writing(e, say("{address} is kept for {mac}.", address=lease.address, mac=lease.mac)) as session:
        rows = session.exec(orm.select(tables.StaticLease)).all()
        if len(rows) >= MAX_STATIC:
            raise EditError(say("There are {most} static leases already.", most=MAX_STATIC))
        _stand_together(lease, rows)
        session.add(tables.StaticLease(
            mac=lease.mac, address=lease.address, name=lease.name, created_at=int(time.time())
        ))
        bump(session)
    return lease


def change_static(e: Engine, which: str, mac: str, address: str, name: str = "") -> StaticLease:
    """Other values for the one with this MAC or address. Raises NotFound, EditError."""
    lease = _checked(mac, address, name)
    with writing(e, say("The static lease of {which} is changed.", which=_spelled(which))) as session:
        row = _row(session, which)
        leases = session.exec(orm.select(tables.StaticLease))
        _stand_together(lease, [other for other in leases if other is not row])
        made = tables.StaticLease(
            mac=lease.mac, address=lease.address, name=lease.name, created_at=row.created_at
        )  # fmt: skip
        session.delete(row)
        session.flush()  # before another row may have its address
        session.add(made)
        bump(session)
    return lease


def remove_static(e: Engine, which: str) -> None:
    """Forget the one with this MAC or address. Raises NotFound."""
    with writing(e, say("The static lease of {which} is removed.", which=_spelled(which))) as session:
        session.delete(_row(session, which))
        bump(session)


def _checked(mac: str, address: str, name: str) -> StaticLease:
    try:
        return static_leases.check(mac, address, name)
    except WrongLease as error:
        raise EditError(sentence_of(error), error.part) from None


def _stand_together(lease: StaticLease, rows: Iterable[tables.StaticLease]) -> None:
    for row in rows:
        values = {"mac": row.mac, "address": row.address, "name": row.name}
        if row.mac == lease.mac:
            raise TakenLease("mac", say("{mac} has a static lease already: {address}.", **values))
        if row.address == lease.address:
            raise TakenLease("address", say("{address} is kept for {mac} already.", **values))
        if lease.name and row.name == lease.name:
            raise TakenLease("name", say("{name} is the name of {mac} already.", **values))


def _spelled(which: str) -> str:
    """As the table has it, however it was written."""
    try:
        return static_leases.read_mac(which)
    except WrongLease:
        return which.strip()[:60]


def _row(session: orm.Session, which: str) -> tables.StaticLease:
    table, text = tables.StaticLease, _spelled(which)
    row = session.exec(orm.select(table).where((table.mac == text) | (table.address == text))).first()
    if row is None:
        raise NotFound(say("There is no static lease of {which}.", which=text))
    return row
