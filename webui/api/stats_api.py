# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers behind the pages. Every one is a count over the query log between `from` and `to`."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from store.base.sentences import sentence_of
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Reader
from webui.http.problems import Problem
from webui.views.timerange import Period, step_us

router = APIRouter(prefix="/stats", tags=["stats"], dependencies=[permissions.sees])

MAX_TOP = 200
Device = Annotated[int | None, Query(ge=1, le=shapes.MAX_ID, description="of this device alone")]
Step = Annotated[str | None, Query(max_length=20, description="seconds, or 5m, 1h, 1d; suits the period when left out")]


@router.get("/summary", summary="Totals of a period")
def summary(reader: Reader, period: Period, device: Device = None) -> shapes.Summary:
    with reader.counts(period.from_us, period.to_us, device) as counts:
        return shapes.summary(period, counts.summary())


@router.get("/timeline", summary="Queries over time")
def timeline(reader: Reader, period: Period, step: Step = None, device: Device = None) -> shapes.Timeline:
    width_us = step_us(step, period)
    with reader.counts(period.from_us, period.to_us, device) as counts:
        return shapes.timeline(period, width_us, counts.timeline(width_us))


@router.get("/top", summary="Names, devices or lists with the most queries; companies with the most look-ups")
def top(
    reader: Reader,
    period: Period,
    of: Literal["names", "companies", "devices", "lists"] = "names",
    verdict: shapes.VerdictName | None = None,
    kind: Annotated[
        shapes.NameKind | None, Query(description="of names of this kind alone; devices come by look-ups then")
    ] = None,
    device: Device = None,
    limit: Annotated[int, Query(ge=1, le=MAX_TOP)] = 10,
) -> shapes.TopList:
    """A company that is asked for tracking and for use has a row for each."""
    with reader.counts(period.from_us, period.to_us, device) as counts:
        try:
            return shapes.top_list(period, of, counts.top(of, shapes.verdict_number(verdict), limit, kind))
        except ValueError as error:  # lists have no kind
            raise Problem(422, sentence_of(error)) from None
