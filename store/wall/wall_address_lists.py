# SPDX-License-Identifier: GPL-3.0-or-later
"""Which blocklists may tell the wall addresses of DNS services: those for DoH that are on, and those chosen."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from store.config.choices import ListPurpose, ScopeKind


@dataclass(frozen=True, slots=True)
class AddressList:
    """format: as a person or the catalogue says, None where the content tells; `chosen`: named in the settings."""

    id: str
    title: str
    format: str | None
    chosen: bool


def address_lists(con: sqlite3.Connection, chosen: Iterable[str]) -> list[AddressList]:
    """By id: the chosen lists, and those of purpose `doh` that are on for the house. Raises sqlite3.Error."""
    rows = con.execute(
        """SELECT id, title, format, chosen FROM
               (SELECT b.*, b.id IN (SELECT value FROM json_each(:chosen)) AS chosen FROM blocklist b) b
           WHERE NOT allow AND (chosen OR (purpose = :doh AND EXISTS (
               SELECT 1 FROM toggle t WHERE t.blocklist_id = b.id AND t.scope_kind = :house AND t."on")))
           ORDER BY id""",
        {"chosen": json.dumps(list(chosen)), "house": ScopeKind.HOUSE, "doh": ListPurpose.DOH},
    )
    return [AddressList(name, title, shape, bool(picked)) for name, title, shape, picked in rows]
