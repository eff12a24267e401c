# SPDX-License-Identifier: GPL-3.0-or-later
"""A person has records deleted: noted in the history as what cannot be undone, and left for the log's writer."""

from __future__ import annotations

from pathlib import Path

from store.base import moments
from store.base.sentences import Sentence, say
from store.config.engine import Engine
from store.config.session import EditError, NotFound, connection, writing
from store.history import called
from store.history.notes import Note
from store.imports import log_tasks
from store.imports.clearing import Clear
from store.log.values import IMPORTED, OWN
from store.rows import orm

FINAL = say("Records that were deleted are gone for good.")
_COUNT = """INSERT INTO meta (key, value) VALUES ('log_cleared', 1)
    ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"""
SOURCES = (OWN, IMPORTED, "pihole", "adguard", "dnsmasq", "telltale")


def request(e: Engine, state: Path, clear: Clear, now_us: int) -> str:
    """Ask for it; returns the key of the request. Raises EditError, and NotFound for a device that does not exist."""
    if clear.source is not None and clear.source not in SOURCES:
        raise EditError(say("There is no source '{source}'; choose {choices}.", source=clear.source,
                            choices=", ".join(SOURCES)))  # fmt: skip
    with writing(e, Note(_sentence(clear, now_us), final=FINAL)) as session:
        con = connection(session)
        there = con.execute("SELECT 1 FROM device WHERE id = ?", (clear.device,)).fetchone()
        if clear.device is not None and not there:
            raise NotFound(say("There is no device {number}.", number=clear.device))
        session.execute(orm.text(_COUNT))
    try:
        return log_tasks.ask_to_clear(state, clear)
    except OSError as error:
        raise EditError(say("The request cannot be written ({error}).", error=error.strerror)) from None


def _sentence(clear: Clear, now_us: int) -> Sentence:
    time = moments.clock(clear.before_us / 1_000_000, now_us / 1_000_000)
    device = None if clear.device is None else called.device(clear.device)
    if clear.source is not None:
        return say("Records of the query log from {source} were deleted.", source=clear.source)
    if device is not None and clear.before_us < now_us:
        return say("Records of {device} from before {time} were deleted from the query log.", device=device, time=time)
    if device is not None:
        return say("All records of {device} were deleted from the query log.", device=device)
    if clear.before_us < now_us:
        return say("Records from before {time} were deleted from the query log.", time=time)
    return say("The query log was deleted.")
