# SPDX-License-Identifier: GPL-3.0-or-later
"""A device's page: what it does, what is decided for it and by whom, what is known about it, its latest look-ups."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from blocklists.whose.facts import Facts
from evidence.findings import culprits
from store.base.sentences import say
from store.config import devices, lists, scopes
from store.config.choices import ListKind
from store.config.devices import DeviceRow
from store.config.engine import Engine as SqlEngine
from store.household import decided_by, exceptions
from store.household import groups as household_groups
from store.log.protocol import LogReader
from store.log.records import Verdict
from store.log.values import QueryFilter
from store.names.purpose import Kind
from store.privacy import kept_devices
from webui.devices import decided, decided_view, device_evidence, device_story, devices_view
from webui.evidence.whose_view import HomeKnown
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.http.problems import Problem
from webui.http.state import WebUi as WebUiValue
from webui.numbers import home_view, hours_grid, timeline_view
from webui.numbers.home_view import ROWS
from webui.pages.hits_today import hits_today
from webui.pages.templating import fragment, page
from webui.queries import log_rows
from webui.views import culprits_view, queries_view, ranges, relief_view, rules_view
from webui.views.labels import KINDS
from webui.views.ranges import Asked, Range

router = APIRouter(prefix="/devices", dependencies=[permissions.sees])

RECENT = 10
NAMES, ALL_NAMES = 8, 500  # of what it asks for: at first, and when somebody wants all
TRACKERS = 8
JUDGED_NAMES = 200  # the most asked ones for tracking, whose purposes stand beside the companies
PICTURE_US = hours_grid.MAX_DAYS * ranges.DAY_US
Number = Annotated[int, Path(ge=1, le=2**31)]


@router.get("/{number}")
def one_device(
    request: Request, ui: WebUi, engine: Engine, config: Config, reader: Reader, known: HomeKnown, number: Number,
    asked: Asked,
    lists: Annotated[str, Query(max_length=10)] = "", names: Annotated[str, Query(max_length=10)] = "",
    part: Annotated[Literal["", "hours"], Query()] = "",
) -> Response:  # fmt: skip
    """`lists=all` shows every list, `names=all` more names; `part=hours` is the picture alone, loaded after the page.

    Who was made one with another device leads to that.
    """
    row = _row(config, number)
    if row is None:
        return RedirectResponse(f"/devices/{_merged(config, number)}", 303)
    if part == "hours":
        return fragment(request, "_hours_grid.html", grid=_grid(reader, number), rows_of=f"/queries?device={number}")
    now, called = time.time(), devices.names(config)
    first, _ = reader.ends() or (None, 0)
    span = asked.begun(first)
    titles, scope = queries_view.titles(ui), str(scopes.device(number))
    shown = devices_view.line(row, reader.devices_seen())
    return page(
        request,
        "device_page.html",
        device=shown,
        known=row,
        scope=scope,
        whom=shown.name,
        ways=devices_view.WAYS,
        others=devices_view.others(called, number),
        groups=household_groups.groups(engine),
        in_groups=set(row.groups),
        kinds=KINDS,
        ranges=ranges.CHOICES,
        current_range=span.choice.key,
        span=span.query(),
        unnamed=number in kept_devices.load(config, ui.settings()).unnamed,
        told=device_evidence.of_device(ui.state, number, called, int(now * 1e6)),
        findings_page=f"/evidence?device={number}",
        recent=log_rows.folded(
            queries_view.view(query, titles) for query in reader.queries(QueryFilter(device=number), None, RECENT).items
        ),
        address=f"/devices/{number}",
        **_numbers(reader, number, span, known, ALL_NAMES if names == "all" else NAMES),
        **_broken(engine, reader, row, titles),
        **_decided(ui, engine, config, reader, row, all_lists=lists == "all"),
    )  # fmt: skip


def find(config: sqlite3.Connection, number: int) -> DeviceRow:
    """The device, or a 404 problem."""
    row = _row(config, number)
    if row is None:
        raise Problem(404, say("There is no device {number}; it may have turned out to be another one.", number=number))
    return row


def _row(config: sqlite3.Connection, number: int) -> DeviceRow | None:
    return next(iter(devices.devices(config, number)), None)


def _merged(config: sqlite3.Connection, number: int) -> int:
    """What a device is now that a person made one with another; a 404 problem for one that never was."""
    into = devices.merged(config).get(number)
    return into if into is not None else find(config, number).id


def _grid(reader: LogReader, number: int) -> hours_grid.Grid | None:
    now = time.time()
    to_us = ranges.midnight_us(now) + 2 * ranges.DAY_US
    with reader.counts(to_us - PICTURE_US - ranges.DAY_US, to_us, number) as counts:
        return hours_grid.grid(counts.hours(), now)


def _numbers(reader: LogReader, number: int, span: Range, known: Facts, most_names: int) -> dict[str, Any]:
    with reader.counts(span.from_us, span.to_us, number) as counts:
        summary, timeline = counts.summary(), counts.timeline(span.step_us)
        names = counts.top("names", limit=most_names + 1, last=False)
        tracking, used = (
            counts.top("companies", limit=TRACKERS + 1, kind=kind.word, last=False)
            for kind in (Kind.TRACKING, Kind.USE)
        )
        judged = counts.top("names", limit=JUDGED_NAMES, kind=Kind.TRACKING.word, last=False) if tracking else []
        stopping = counts.top("lists", Verdict.BLOCK, ROWS, last=False)
    trackers = device_story.trackers(tracking, judged, known, number, f"&{span.query()}")
    used_rows, used_unknown = home_view.company_rows(used, number, span.query())
    return {
        "summary": summary,
        "story": device_story.story(summary, trackers, span.choice.sentence),
        "beside": device_story.beside(summary),
        "chart": timeline_view.chart(timeline, span.step_us, f"/devices/{number}", f"device={number}"),
        "trackers": trackers[:TRACKERS],
        "more_trackers": max(0, summary.tracking.companies - TRACKERS),
        "unknown_trackers": sum(top.lookups for top in tracking if top.key is None),
        "used": used_rows[:ROWS],
        "used_unknown": used_unknown,
        "names": home_view.name_rows(names[:most_names], number, span.query()),
        "more_names": len(names) > most_names,
        "all_names": most_names == ALL_NAMES,
        "stopping": [home_view.Row(queries_view.title_of(str(top.key), {str(top.key): top.label}), top.queries,
                                   top.queries, 0) for top in stopping if top.queries],
    }  # fmt: skip


def _broken(engine: SqlEngine, reader: LogReader, row: DeviceRow, titles: Mapping[str, str]) -> dict[str, Any]:
    """What was blocked of late that something on the device may have waited for, and what is let through for it."""
    now, scope = time.time(), str(scopes.device(row.id))
    excepted = exceptions.exceptions(engine, scope)
    return {
        "back": f"/devices/{row.id}#culprits",
        "lengths": relief_view.LENGTHS,
        "culprits": culprits_view.lines(
            culprits.of_device(reader, row.id, int(now * 1e6)), titles, {each.name for each in excepted}
        ),
        "exceptions": relief_view.exception_lines(excepted, {scope: devices.display_name(row)}, now),
    }


def list_lines(
    ui: WebUiValue, engine: SqlEngine, config: sqlite3.Connection, reader: LogReader, row: DeviceRow
) -> tuple[decided.Decided, list[decided_view.ListLine]]:
    """All that is decided for a device, and its lists and services as lines."""
    views = [*lists.blocklists(engine), *lists.services(engine)]
    holds = decided.decided(config, ui.settings(), row, views, int(time.time()))
    names, hits = rules_view.scope_names(config), hits_today(reader, row.id)
    return holds, decided_view.list_lines(holds.lists, names, hits)


def _decided(
    ui: WebUiValue, engine: SqlEngine, config: sqlite3.Connection, reader: LogReader, row: DeviceRow, *, all_lists: bool
) -> dict[str, Any]:
    holds, every = list_lines(ui, engine, config, reader, row)
    services = [line for line in every if line.kind == ListKind.SERVICE]
    of_lists = [line for line in every if line.kind != ListKind.SERVICE]
    shown = [line for line in of_lists if all_lists or decided_view.matters(line)]
    packs = [line for line in shown if line.kind == ListKind.PACK]
    now_s, names = int(time.time()), rules_view.scope_names(config)
    timed = {"pause": decided_by.of_pause(config, row.id, (), now_s),
            "access": decided_by.of_access(config, row.id, now_s)}  # fmt: skip
    return {
        "packs": [line for line in packs if line.own or line.hits],
        "quiet_packs": [line for line in packs if not (line.own or line.hits)],
        "lists": [line for line in shown if line.kind != ListKind.PACK],
        "services": [line for line in services if decided_view.matters(line)],
        "all_lists": all_lists,
        "more_lists": len(of_lists) - len(shown) if not all_lists else 0,
        "decisions": decided_view.lines(
            holds, row.id, devices.display_name(row), names, services, ui.settings().wall, timed
        ),
    }
