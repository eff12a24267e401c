# SPDX-License-Identifier: GPL-3.0-or-later
"""How many queries match, as far as that is known by now; and those deleted for good, once that number was seen."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from store.base.sentences import say, sentence_of
from store.imports import clear_request
from store.imports.clearing import Clear
from store.log.protocol import LogReader
from store.log.values import AHEAD_US, EARLIEST_US, Counted
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.http.problems import Problem
from webui.pages.templating import back_to, fragment
from webui.queries import log_chips
from webui.views import rules_view, timerange
from webui.views.queries_view import FilterForm, Filters, titles

router = APIRouter(prefix="/queries", dependencies=[permissions.sees])

# What `telltale log clear` can delete apart, too: by device, and what is older than a time.
_CLEARABLE = {"device", "to", "fold"}
SO_FAR = 10**12  # no log has as many queries


@router.get("/count")
def count(
    request: Request,
    reader: Reader,
    form: Filters,
    cursor: Annotated[str, Query(max_length=200)] = "",
    so_far: Annotated[int, Query(ge=0, le=SO_FAR)] = 0,
) -> Response:
    """How many match, and where the search for more goes on; each part asks for the next."""
    counted = _counted(reader, form, cursor)
    total = so_far + counted.queries
    going_on = form.address("/queries/count", cursor=counted.next, so_far=str(total)) if counted.next else ""
    searched = None if counted.searched_us is None else counted.searched_us / 1_000_000
    return fragment(request, "_query_count.html", total=total, going_on=going_on, searched=searched)


@router.get("/clear")
def ask_to_clear(request: Request, ui: WebUi, config: Config, reader: Reader, form: Filters) -> Response:
    """What would be deleted, and how much that is; or which filters keep it from being deleted apart."""
    left = form.pairs().keys() - _CLEARABLE
    refused = [chip.title for chip in log_chips.chips(form, {}, titles(ui)) if chip.key in left]
    total = 0 if left else _counted(reader, form, "").queries
    name = rules_view.scope_names(config).get(f"device:{form.device}", "") if form.device else ""
    before_us = form.span()[1]
    return fragment(
        request, "_query_clear.html", filters=form, total=total, called=name, refused=bool(left), titles=refused,
        before="now" if before_us is None else timerange.iso(before_us),
        before_s=None if before_us is None else before_us / 1_000_000,
    )  # fmt: skip


@router.post("/clear")
def clear(
    ui: WebUi,
    engine: Engine,
    config: Config,
    device: Annotated[str, Form(max_length=12)] = "",
    before: Annotated[str, Form(max_length=40)] = "now",
    sure: Annotated[str, Form(max_length=8)] = "",
) -> Response:
    """Delete records for good; the recorder does it within seconds."""
    if sure != "yes":
        raise Problem(422, say("Say that you are sure: records that were deleted cannot be brought back."))
    if device and not device.isdecimal():
        raise Problem(422, say("device is the number of a device."))
    now_us = FilterForm().now_us
    before_us = now_us + AHEAD_US if before == "now" else timerange.moment(before, "before", now_us)
    clear_request.request(engine, ui.state, Clear(before_us, int(device) if device else None), now_us)
    return back_to("/queries")


def _counted(reader: LogReader, form: FilterForm, cursor: str) -> Counted:
    """From the sums where they know it, else record by record as far as one look goes."""
    wanted = form.filters()
    if form.pairs().keys() <= {"device", "from", "to", "range", "fold"} and wanted.to_us is not None:
        with reader.counts(max(wanted.from_us or 0, EARLIEST_US), wanted.to_us, form.device) as counts:
            return Counted(counts.summary().queries)
    try:
        return reader.count(wanted, cursor or None)
    except ValueError as error:
        raise Problem(422, sentence_of(error)) from None
