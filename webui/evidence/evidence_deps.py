# SPDX-License-Identifier: GPL-3.0-or-later
"""What a route about evidence may ask for: evidence.db, to read (an empty one while there is none) or to change."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends

from evidence.base import evidence_file
from evidence.findings import decisions
from evidence.findings.finding_rows import NoFinding
from store.base.file_faults import unusable
from store.base.sentences import say, sentence_of
from store.base.store_errors import StoreError
from webui.http.deps import WebUi
from webui.http.problems import Problem


def evidence(ui: WebUi) -> Iterator[sqlite3.Connection]:
    yield from _closing(ui, writing=False)


def evidence_edit(ui: WebUi) -> Iterator[sqlite3.Connection]:
    yield from _closing(ui, writing=True)


Evidence = Annotated[sqlite3.Connection, Depends(evidence)]
EvidenceEdit = Annotated[sqlite3.Connection, Depends(evidence_edit)]


def _closing(ui: WebUi, *, writing: bool) -> Iterator[sqlite3.Connection]:
    try:
        decisions.follow(ui.state)
        con = (evidence_file.open_writer if writing else evidence_file.open_reader)(ui.state)
    except (sqlite3.Error, StoreError) as error:
        if evidence_file.put_aside(ui.state, error):  # it is of no use: a missing one is made again at once
            raise unreadable() from None
        raise Problem(503, unusable(evidence_file.FILE_NAME, error), {"Retry-After": "5"}) from None
    try:
        yield con
    except sqlite3.Error:
        raise unreadable() from None
    except NoFinding as error:
        raise Problem(404, sentence_of(error)) from None
    finally:
        con.close()


def unreadable() -> Problem:
    """What is answered while evidence.db, or the log beneath it, cannot be read."""
    return Problem(503, say("The evidence cannot be read now; it is made again by itself. Try again in some minutes."))
