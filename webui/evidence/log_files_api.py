# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log as a file, streamed from one look at it; and records of it deleted for good."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from store.base.sentences import say, sentence_of
from store.config.session import EditError, NotFound
from store.imports import clear_request
from store.imports.clearing import Clear
from store.log import readers
from store.log.protocol import LogError
from store.log.records import QueryRow
from store.log.values import AHEAD_US, QueryFilter, Source
from store.stats import export
from store.stats.sqlite_reader import empty_reader, open_reader
from webui.api import shapes
from webui.api.queries_api import Filters
from webui.http import permissions
from webui.http.deps import Engine, WebUi
from webui.http.problems import Problem
from webui.http.state import WebUi as Ui
from webui.views import timerange
from webui.views.timerange import Period

router = APIRouter(tags=["queries"], dependencies=[permissions.sees])

MAX_EXPORTS = 4  # at once: each holds the log as it was, which then grows beside it
MAX_SECONDS = 1800.0  # whoever takes longer reads too slowly for that; ten million records take ten minutes
Texts = Callable[[Iterable[list[QueryRow]]], Iterator[str]]


class Cleared(BaseModel):
    id: str = Field(description="of the request; the recorder does it within seconds")


@router.get("/queries.csv", summary="The query log as CSV, the oldest record first", response_class=StreamingResponse)
def as_csv(ui: WebUi, filters: Filters, period: Period) -> StreamingResponse:
    """A text that a spreadsheet would take for a formula has an apostrophe before it."""
    wanted = replace(filters, from_us=period.from_us, to_us=period.to_us)
    return _streamed(ui, wanted, export.csv_text, "csv", "text/csv; charset=utf-8")


@router.get("/queries.jsonl", summary="The same, a JSON object a line", response_class=StreamingResponse)
def as_jsonl(ui: WebUi, filters: Filters, period: Period) -> StreamingResponse:
    """`telltale log import` takes it in again."""
    wanted = replace(filters, from_us=period.from_us, to_us=period.to_us)
    return _streamed(ui, wanted, export.jsonl_text, "jsonl", "application/x-ndjson")


@router.delete("/queries", status_code=202, summary="Delete records for good: all, of a device, or older ones")
def clear(
    ui: WebUi,
    engine: Engine,
    device: Annotated[int | None, Query(ge=1, le=shapes.MAX_ID)] = None,
    before: Annotated[str | None, Query(max_length=40, description="a time, as `from` elsewhere")] = None,
    source: Annotated[Source | None, Query(description="recorded here, imported, or whose log it was")] = None,
) -> Cleared:
    now_us = time.time_ns() // 1000
    before_us = now_us + AHEAD_US if before is None else timerange.moment(before, "before", now_us)
    try:
        return Cleared(id=clear_request.request(engine, ui.state, Clear(before_us, device, source), now_us))
    except NotFound as error:
        raise Problem(404, sentence_of(error)) from None
    except EditError as error:
        raise Problem(422, sentence_of(error)) from None


def _streamed(ui: Ui, wanted: QueryFilter, texts: Texts, ending: str, kind: str) -> StreamingResponse:
    if len(_running) >= MAX_EXPORTS:
        raise Problem(503, say("The query log is being exported {count} times already; wait for one of them.",
                               count=MAX_EXPORTS))  # fmt: skip
    name = time.strftime(f"telltale-queries-%Y%m%d-%H%M%S.{ending}")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_parts(ui, wanted, texts), media_type=kind, headers=headers)


_running: set[int] = set()  # one each, MAX_EXPORTS at most


def _parts(ui: Ui, wanted: QueryFilter, texts: Texts) -> Iterator[str]:
    """Ends early, as a connection that breaks, where it takes too long or the log cannot be read on."""
    mark, end, since_ns = time.monotonic_ns(), time.monotonic() + MAX_SECONDS, time.time_ns()
    _running.add(mark)
    try:
        try:
            reader = open_reader(ui.state)
        except LogError:
            reader = empty_reader()
        with closing(reader) as log:
            readers.wait(ui.run, since_ns)
            for text in texts(log.export(wanted)):
                yield text
                if time.monotonic() > end:
                    raise TimeoutError("an export of the query log took too long")
    finally:
        _running.discard(mark)
