# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the query log as people read them: the queries of one look-up are one row. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from hashlib import blake2b

from store.log.values import QueryFilter
from store.sums.lookups import ADDRESS_WORDS, TOGETHER_US
from webui.views import formatting
from webui.views.queries_view import RowView

MAX_TYPES = 4  # that a row shows as tags; a retry is no new one


@dataclass(frozen=True, slots=True)
class LookUpRow(RowView):
    """A look-up: `queries` are all of it, the oldest first, of which the first stands for it."""

    queries: tuple[RowView, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        return tuple(sorted({query.type or "" for query in self.queries}))[:MAX_TYPES]

    @property
    def last_us(self) -> int:
        return self.queries[-1].time_us

    @property
    def base(self) -> str:
        """The log of its device, to which `row=` is added; for pages that are no log."""
        return f"/queries?device={self.device_id}&" if self.device_id else "/queries?"

    @property
    def day(self) -> str:
        """The day of the appliance's zone."""
        return formatting.day(self.seconds)

    @property
    def key(self) -> str:
        """The same for the queries of one look-up, another for all others."""
        return blake2b(repr(_key(self)).encode(), digest_size=8).hexdigest()

    @property
    def foldable(self) -> bool:
        return self.type in ADDRESS_WORDS


def folded(rows: Iterable[RowView], fold: bool = True) -> list[LookUpRow]:
    """Rows in any order as look-ups, the newest first. One goes on for as long as its queries are a second apart at
    most; what was decided otherwise is a row of its own.
    """
    done: list[list[RowView]] = []
    open_: dict[tuple[object, ...], list[RowView]] = {}
    for row in sorted(rows, key=lambda row: row.time_us):
        queries = open_.get(_key(row)) if fold and row.type in ADDRESS_WORDS else None
        if queries is not None and row.time_us - queries[-1].time_us <= TOGETHER_US:
            queries.append(row)
            continue
        done.append([row])
        if row.type in ADDRESS_WORDS:
            open_[_key(row)] = done[-1]
    return [_look_up(queries) for queries in reversed(done)]


def around(row: RowView, seconds: int) -> QueryFilter:
    """What the same device (or address) asked so long before and after."""
    width_us = seconds * 1_000_000
    return QueryFilter(
        device=row.device_id, client=None if row.device_id else row.client,
        from_us=max(0, row.time_us - width_us), to_us=row.time_us + width_us,
    )  # fmt: skip


def _key(row: RowView) -> tuple[object, ...]:
    return row.device_id or row.client, row.name, row.verdict, row.list


def _look_up(queries: list[RowView]) -> LookUpRow:
    first = replace(queries[0])
    values = {each.name: getattr(first, each.name) for each in fields(RowView)}
    return LookUpRow(**values, queries=tuple(queries))
