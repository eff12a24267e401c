# SPDX-License-Identifier: GPL-3.0-or-later
"""The devices of the home, one line each, and a page for each: who it reports to, and what is blocked for it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response
from sqlalchemy import Engine as SqlEngine

from evidence.findings import culprits
from network import own_addresses
from store.base.sentences import say
from store.config import devices, edit, lists, scopes
from store.config.choices import ListKind
from store.config.devices import DeviceRow
from store.devices import device_edits, kind_edit
from store.household import exceptions
from store.household import groups as household_groups
from store.log.protocol import LogReader
from store.log.values import QueryFilter, Reported, Top
from store.names.list_anchor import anchor
from store.names.purpose import Kind
from webui.devices import devices_view
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.http.problems import Problem
from webui.numbers import headline, home_view
from webui.numbers.home_view import ROWS
from webui.pages import attention
from webui.pages.hits_today import hits_today
from webui.pages.templating import back_to, fragment, page, wants_fragment
from webui.views import culprits_view, queries_view, ranges, relief_view
from webui.views.dns_addresses import dns_addresses
from webui.views.labels import KINDS
from webui.views.ranges import Range

router = APIRouter(prefix="/devices")

RECENT = 25
Number = Annotated[int, Path(ge=1, le=2**31)]
Text = Annotated[str, Form(max_length=300)]


@router.get("")
def all_devices(
    request: Request,
    ui: WebUi,
    engine: Engine,
    config: Config,
    reader: Reader,
    range: str = ranges.DEFAULT,  # noqa: A002
) -> Response:
    span = ranges.find(range, time.time())
    return page(
        request,
        "devices_page.html",
        groups=household_groups.groups(engine),
        ranges=ranges.CHOICES,
        current_range=span.choice.key,
        range_words=span.choice.words,
        devices=devices_view.lines(devices.devices(config), reader, span),
        addresses=dns_addresses(ui.settings(), own_addresses.way_out()),
    )


@router.get("/{number}")
def one_device(
    request: Request,
    ui: WebUi,
    engine: Engine,
    config: Config,
    reader: Reader,
    number: Number,
    range: str = ranges.DEFAULT,  # noqa: A002
    lists: str = "",
) -> Response:
    """`lists=all` shows the toggles of every installed list, not only of those that matter; of services, only those."""
    row, span = find(config, number), ranges.find(range, time.time())
    toggles = _toggles(engine, reader, number)
    of_lists = sum(entry.kind != ListKind.SERVICE for entry in toggles)
    shown = [entry for entry in toggles
             if devices_view.matters(entry) or (lists == "all" and entry.kind != ListKind.SERVICE)]  # fmt: skip
    recent = reader.queries(QueryFilter(device=number), None, RECENT)
    titles = queries_view.titles(ui)
    return page(
        request,
        "device_page.html",
        device=devices_view.line(row, reader.devices_seen()),
        in_groups=set(row.groups),
        known=row,
        ways=devices_view.WAYS,
        others=devices_view.others(devices.names(config), number),
        groups=household_groups.groups(engine),
        kinds=KINDS,
        toggles=shown,
        more_toggles=of_lists if sum(entry.kind != ListKind.SERVICE for entry in shown) < of_lists else 0,
        recent=[queries_view.view(query, titles) for query in recent.items],
        ranges=ranges.CHOICES,
        current_range=span.choice.key,
        lines=attention.of_device(ui.state, number, devices.names(config)),
        address=f"/devices/{number}",
        **_numbers(reader, number, span),
        **_broken(engine, reader, row, titles),
    )


@router.post("/{number}/kind")
def say_kind(engine: Engine, number: Number, kind: Text = "") -> Response:
    """What kind of thing it is; empty: as it seems to be."""
    kind_edit.set_kind(engine, number, kind or None)
    return back_to(f"/devices/{number}")


@router.post("/{number}/name")
def rename(
    request: Request,
    engine: Engine,
    config: Config,
    reader: Reader,
    number: Number,
    name: Text = "",
    range: Text = ranges.DEFAULT,  # noqa: A002
) -> Response:
    """An empty name takes the device back to the one that the network knows."""
    device_edits.rename_device(engine, number, name or None)
    if not wants_fragment(request):
        return back_to(f"/devices/{number}")
    span = ranges.find(range, time.time())
    device = next(line for line in devices_view.lines(devices.devices(config), reader, span) if line.id == number)
    return fragment(request, "_device_row.html", device=device, current_range=span.choice.key)


@router.post("/{number}/toggle")
def toggle(
    request: Request,
    engine: Engine,
    config: Config,
    reader: Reader,
    number: Number,
    list_: Annotated[str, Form(alias="list", max_length=300)],
    on: Annotated[Literal["inherit", "on", "off"], Form()],
) -> Response:
    """A blocklist on, off, or as the house has it, for this device alone."""
    row = find(config, number)
    if on == "inherit":
        edit.clear_toggle(engine, list_, str(scopes.device(row.id)))
    else:
        edit.set_toggle(engine, list_, str(scopes.device(row.id)), on == "on")
    if not wants_fragment(request):
        return back_to(f"/devices/{number}#toggle-{anchor(list_)}")
    toggled = next(entry for entry in _toggles(engine, reader, number) if entry.id == list_)
    return fragment(request, "_device_toggle.html", device=row, list=toggled)


def find(config: sqlite3.Connection, number: int) -> DeviceRow:
    """The device, or a 404 problem."""
    row = next(iter(devices.devices(config, number)), None)
    if row is None:
        raise Problem(404, say("There is no device {number}; it may have turned out to be another one.", number=number))
    return row


def _broken(engine: SqlEngine, reader: LogReader, row: DeviceRow, titles: Mapping[str, str]) -> dict[str, Any]:
    """What was blocked of late that something on the device may have waited for, and what is let through for it."""
    now, scope = time.time(), str(scopes.device(row.id))
    excepted = exceptions.exceptions(engine, scope)
    return {
        "scope": scope,
        "back": f"/devices/{row.id}#culprits",
        "lengths": relief_view.LENGTHS,
        "culprits": culprits_view.lines(
            culprits.of_device(reader, row.id, int(now * 1e6)), titles, {each.name for each in excepted}
        ),
        "exceptions": relief_view.exception_lines(excepted, {scope: devices.display_name(row)}, now),
    }


def _toggles(engine: Engine, reader: LogReader, number: int) -> list[devices_view.DeviceToggle]:
    """Of every list and every service."""
    hits = hits_today(reader, number)
    return [*devices_view.toggles(lists.blocklists(engine), number, hits),
            *devices_view.toggles(lists.services(engine), number, hits)]  # fmt: skip


def _numbers(reader: LogReader, number: int, span: Range) -> dict[str, Any]:
    with reader.counts(span.from_us, span.to_us, number) as counts:
        summary, timeline = counts.summary(), counts.timeline(span.step_us)
        names = counts.top("names", limit=ROWS + 4, last=False)
        tracking, used = (
            counts.top("companies", limit=ROWS + 1, kind=kind.word, last=False)
            for kind in (Kind.TRACKING, Kind.USE)
        )
    companies, companies_unknown = home_view.company_rows(tracking, number)
    used_rows, used_unknown = home_view.company_rows(used, number)
    return {
        "summary": summary,
        "headline": headline.device_headline(summary, span.choice.sentence, _most(tracking)),
        "chart": home_view.chart(timeline, span.step_us),
        "companies": companies[:ROWS],
        "companies_unknown": companies_unknown,
        "used": used_rows[:ROWS],
        "used_unknown": used_unknown,
        "names": home_view.name_rows(names, number),
    }


def _most(tracking: Iterable[Top]) -> Reported | None:
    """The known company that it reported most to, of those in order."""
    known = next((top for top in tracking if top.key is not None), None)
    if known is None or not known.lookups:
        return None
    return Reported(known.label, known.lookups, known.lookups_blocked, known.lookups_failed)
