# SPDX-License-Identifier: GPL-3.0-or-later
"""Corrections of whose names are: said and taken away. Each function is one change."""

from __future__ import annotations

import time

from store.base.sentences import say, sentence_of
from store.config.engine import Engine
from store.config.session import EditError, NotFound, bump, looking, writing
from store.local import corrections
from store.local.corrections import MAX_CORRECTIONS, NameCorrection
from store.rows import orm, tables


def all_corrections(e: Engine) -> tuple[NameCorrection, ...]:
    """All, by name."""
    with looking(e) as con:
        return corrections.load(con)


def find_correction(e: Engine, name: str) -> NameCorrection:
    """The one of exactly this name. Raises NotFound."""
    written = _spelled(name)
    for correction in all_corrections(e):
        if correction.name == written:
            return correction
    raise NotFound(say("There is no correction of {name}.", name=written))


def correct(
    e: Engine, name: str, scope: str = "suffix", company: str | None = None, product: str | None = None,
    purpose: str | None = None, kind: str | None = None, note: str = "",
) -> NameCorrection:  # fmt: skip
    """Say whose a name is and what for, in place of what was said of it before. Raises EditError."""
    try:
        correction = corrections.check(name, scope, company, product, purpose, kind, note)
    except ValueError as error:
        raise EditError(sentence_of(error)) from None
    with writing(e, say("Whose {name} is, and what for, is corrected.", name=correction.name)) as session:
        row = session.get(tables.NameCorrection, correction.name)
        if row is None:
            count = orm.select(orm.func.count()).select_from(tables.NameCorrection)
            if session.exec(count).one() >= MAX_CORRECTIONS:
                raise EditError(say("There are {most} corrections already.", most=MAX_CORRECTIONS))
            row = tables.NameCorrection(name=correction.name, scope="", created_at=int(time.time()))
        row.sqlmodel_update(corrections.as_words(correction))
        session.add(row)
        bump(session)
    return correction


def remove_correction(e: Engine, name: str) -> None:
    """A name is again as the tables have it. Raises NotFound."""
    written = _spelled(name)
    with writing(e, say("The correction of {name} is removed.", name=written)) as session:
        row = session.get(tables.NameCorrection, written)
        if row is None:
            raise NotFound(say("There is no correction of {name}.", name=written))
        session.delete(row)
        bump(session)


def _spelled(name: str) -> str:
    try:
        return corrections.read_name(name)
    except ValueError as error:
        raise EditError(sentence_of(error)) from None
