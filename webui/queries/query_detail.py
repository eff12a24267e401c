# SPDX-License-Identifier: GPL-3.0-or-later
"""One look-up of the log, whole: its queries, whom a decision about it may hold for, and what was asked around it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass

from resolver.recorder.buffer import device_client
from store.config import devices
from store.config.scopes import HOUSE, device, group
from store.log.protocol import LogReader
from store.log.records import QueryRow, Transport
from store.log.values import NameQueries, QueryFilter
from webui.queries import log_rows
from webui.queries.log_rows import LookUpRow
from webui.views import rules_view
from webui.views.queries_view import view

AROUND_SECONDS = 60
# Queries of a device that are shown around one: a minute of a busy one.
MAX_AROUND = 200
# Others that asked for the name, within a week before and after.
MAX_OTHERS = 20
_NEAR_US = 3_000_000  # a look-up is over by then, as a rule
_ENCRYPTED = tuple(each.name for each in (Transport.DOT, Transport.DOH, Transport.DOQ))
_WEEK_US = 7 * 86_400_000_000


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a decision may hold for: as a form sends it, and what people call it."""

    word: str
    kind: str
    name: str

    def change(self, verb: str, name: str) -> str:
        """A rule for it, as the question what it would have changed has it."""
        return f"{verb} {name} for {self.word}"


@dataclass(frozen=True, slots=True)
class Detail:
    """`row` with all queries of its look-up; scopes: the device first, then its groups, then the house; `asker`: as
    explanations take it."""

    row: LookUpRow
    scopes: tuple[Scope, ...]
    asker: str


def shown(reader: LogReader, config: sqlite3.Connection, time_us: int, titles: Mapping[str, str]) -> Detail | None:
    """The look-up that the query of this time is part of; None where there is no such query (any more)."""
    query = found(reader, time_us)
    if query is None:
        return None
    near = QueryFilter(
        device=query.device_id, client=None if query.device_id else query.client,
        from_us=max(0, time_us - _NEAR_US), to_us=time_us + _NEAR_US,
    )  # fmt: skip
    rows = [view(row, titles) for row in reader.queries(near, None, MAX_AROUND).items if row.name == query.name]
    look_ups = log_rows.folded(rows)
    row = next((each for each in look_ups if time_us in [query.time_us for query in each.queries]), None)
    return Detail(row or log_rows.folded([view(query, titles)])[0], _scopes(config, query.device_id), asker(query))


def asker(query: QueryRow) -> str:
    """Who asked: over an encrypted connection a device may have said which one it is, and is that one anywhere."""
    address = query.client or ""
    return device_client(address, query.device_id) if query.device_id and query.transport in _ENCRYPTED else address


def found(reader: LogReader, time_us: int) -> QueryRow | None:
    items = reader.queries(QueryFilter(from_us=time_us, to_us=time_us + 1), None, 1).items
    return items[0] if items else None


def around(reader: LogReader, query: QueryRow, titles: Mapping[str, str]) -> list[LookUpRow]:
    """What the same device asked within a minute before and after, other than this."""
    wanted = log_rows.around(view(query, titles), AROUND_SECONDS)
    rows = reader.queries(wanted, None, MAX_AROUND).items
    return [row for row in log_rows.folded(view(each, titles) for each in rows) if row.name != query.name]


def others(reader: LogReader, query: QueryRow) -> list[NameQueries]:
    """Who else asked for the same name, the latest first."""
    if not query.name:
        return []
    from_us, to_us = query.time_us - _WEEK_US, min(query.time_us + _WEEK_US, time.time_ns() // 1000 + 1)
    everyone = reader.name_queries([query.name], [], from_us, to_us, MAX_OTHERS)
    return [each for each in everyone if (each.device_id or each.client) != (query.device_id or query.client)]


def _scopes(config: sqlite3.Connection, number: int | None) -> tuple[Scope, ...]:
    names = rules_view.scope_names(config)
    own: list[Scope] = []
    if number is not None and str(device(number)) in names:
        groups = devices.groups_of_devices(config).get(number, ())
        own = [Scope(str(device(number)), "device", names[str(device(number))])]
        words = [str(group(each)) for each in groups]
        own += [Scope(word, "group", names[word]) for word in words if word in names]
    return (*own, Scope(str(HOUSE), "house", ""))
