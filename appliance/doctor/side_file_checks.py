# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor looks at beside config.db and the query log: evidence.db, chain.db, bypass.db, idle_tests.db."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from appliance.doctor.examined import BAD, WARNING, Finding
from appliance.doctor.observation import Observation
from evidence.base import evidence_file
from evidence.chain import chain_file
from evidence.idle_test import idle_tests_file
from store.base import db, side_file
from store.base.file_faults import SET_ASIDE, Fault, cure, fault_of, words
from store.base.sentences import Sentence, say
from store.base.store_errors import StoreError

_WHOLE = 64 * 1024 * 1024  # bytes of a file that is read whole; of a larger one the beginning and the tables alone
_RESTORE = say("`telltale restore FILE --only idle_tests` brings results back from a backup.")
# File → the kind of its migrations, what becomes of a damaged one, and what to do with one that was put aside.
_FILES: Mapping[str, tuple[str, Sentence, Sentence]] = {
    idle_tests_file.FILE_NAME: (
        idle_tests_file.KIND,
        say("Open Evidence → Idle tests: it is put aside, kept, and a new one begins. {restore}", restore=_RESTORE),
        _RESTORE,
    ),
    evidence_file.FILE_NAME: (
        evidence_file.KIND, say("Open the page Evidence: it is put aside, and made again from the query log."),
        say("It was made again from the query log."),
    ),
    chain_file.FILE_NAME: (
        chain_file.KIND,
        say("Within the hour it is put aside, kept, and a new chain begins: keep the heads that you have of it."),
        say("Heads that were kept of it are checked against it alone."),
    ),
    "bypass.db": (
        "bypass", say("Restart Telltale: it is put aside, and a new one begins."),
        say("What the wall caught before is in it."),
    ),
}  # fmt: skip


def side_files(seen: Observation) -> Iterator[Finding]:
    """Each that is there can be read; those that were damaged and put aside are told of while they are there."""
    for name, (kind, mended, afterwards) in _FILES.items():
        path = seen.state / name
        fault = _fault(path, kind)
        if fault in SET_ASIDE or fault is Fault.EMPTY:
            yield Finding(name, BAD, say("{file} cannot be used: {why}.", file=name, why=words(fault)), mended)
        elif fault is not None:
            yield Finding(name, WARNING, say("{file} cannot be used: {why}.", file=name, why=words(fault)), cure(fault))
        for aside in side_file.asides(path):
            text = say("{file} was damaged once; it is kept as {aside}.", file=name, aside=aside.name)
            yield Finding(name, WARNING, text, say("{what} Delete it once nobody wants it.", what=afterwards))


def _fault(path: Path, kind: str) -> Fault | None:
    """None: it can be used, or there is none."""
    try:
        if path.stat().st_size <= _WHOLE:
            fault = db.inspect(path, kind)
            return None if fault is Fault.MISSING else fault
        with closing(db.open_migrated(path, kind)) as con:
            con.execute("SELECT count(*) FROM sqlite_schema").fetchall()
    except FileNotFoundError:
        return None
    except (sqlite3.Error, StoreError, OSError) as error:
        return fault_of(error)
    return None


CHECKS = (side_files,)
