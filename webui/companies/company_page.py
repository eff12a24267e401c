# SPDX-License-Identifier: GPL-3.0-or-later
"""A company: which devices talk to it, since when, for which names, what of that is tracking; and to block it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import Response

from blocklists.whose.facts import Facts
from evidence.whatif.effect import Effect
from evidence.whatif.whatif_jobs import WhatIfJob
from store.base.sentences import say
from store.config import devices, lists
from store.config.choices import ScopeKind
from store.config.scopes import HOUSE, Scope, in_order
from store.household import policy
from store.household.device_policies import DevicePolicies
from store.household.policy_values import Policy
from store.log.protocol import LogReader
from store.log.values import CompanyCounts, HourCounts
from store.names.purpose import Kind
from webui.companies import company_block, company_cover, company_view
from webui.companies.company_block import Plan
from webui.companies.countries import country
from webui.devices import device_evidence
from webui.evidence import whatif_asking, whatif_view
from webui.evidence.whose_view import HomeKnown
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.http.problems import Problem
from webui.http.state import WebUi as WebUiValue
from webui.numbers import hours_grid, timeline_view
from webui.numbers.home_view import company_page
from webui.pages.templating import back_to, fragment, page, wants_fragment
from webui.views import formatting, ranges, rules_view
from webui.views.ranges import AskedOfWeek, Range

router = APIRouter(prefix="/companies", dependencies=[permissions.sees])

NAMES, FEW_NAMES = 200, 40  # judged, and shown to who wants all; shown at first. The query log has the rest
BLOCKED_OF_US = 30 * ranges.DAY_US  # what a click blocks: names that were asked for lately
PICTURE_US = (hours_grid.MAX_DAYS + 1) * ranges.DAY_US
WAIT_SECONDS = 4.0  # for what a change would have done, before the page shows how far that is

Text = Annotated[str, Form(max_length=300)]
ScopeText = Annotated[str, Form(max_length=40)]
What = Annotated[Literal["tracking", "all"], Form()]


@router.post("/block")
def block(
    ui: WebUi, engine: Engine, config: Config, reader: Reader, known: HomeKnown, company: Text,
    what: What = "tracking", scope: ScopeText = str(HOUSE),
) -> Response:  # fmt: skip
    """Block its tracking, or all of it, for the house, a group or a device: as one change."""
    asked = _company(reader, _lately(), company)
    plan = _plan(ui, config, known, asked, what, scope)
    company_block.block(engine, plan, asked.name, scope, what)
    return back_to(f"{company_page(asked.name)}#block")


@router.post("/whatif")
def whatif(
    request: Request, ui: WebUi, config: Config, reader: Reader, known: HomeKnown, company: Text,
    what: What = "tracking", scope: ScopeText = str(HOUSE),
) -> Response:  # fmt: skip
    """What blocking it would have done to the last seven days."""
    asked = _company(reader, _lately(), company)
    plan = _plan(ui, config, known, asked, what, scope)
    if not wants_fragment(request):
        return back_to(f"{company_page(asked.name)}#block")
    if plan.empty:
        nothing = say("Nothing of {company} is left to block there.", company=formatting.visible(asked.name))
        return fragment(request, "_whatif.html", job=None, view=None, nothing=nothing, range="")
    span = whatif_view.DEFAULT_RANGE
    changes = whatif_asking.checked(company_block.changes(plan, scope))
    job: WhatIfJob[Effect] = whatif_asking.begin(ui, changes, *whatif_view.span(span, time.time()))
    effect = whatif_asking.effect_of(job, WAIT_SECONDS)
    view = None if effect is None else whatif_view.shown(effect, span)
    return fragment(request, "_whatif.html", job=job, view=view, nothing="", range=span)


@router.get("/{name:path}")
def company(
    request: Request, ui: WebUi, config: Config, reader: Reader, known: HomeKnown, engine: Engine,
    name: Annotated[str, Path(max_length=300)],
    span: AskedOfWeek,
    part: Annotated[Literal["", "hours", "since"], Query()] = "",
    names: Annotated[str, Query(max_length=10)] = "",
) -> Response:  # fmt: skip
    """Loaded after the page: `part=hours`, the picture; `part=since`, when each device asked first and last.

    `names=all` shows all names that are judged.
    """
    since = part == "since"
    if part == "hours" or (since and wants_fragment(request)):
        return _loaded_after(request, reader, span, name, part)
    with reader.counts(span.from_us, span.to_us) as counts:  # one look: what the last minutes add up to is read once
        counted, hours = _known(counts.company(name, NAMES, since), name), counts.hours(name)
    called, scopes = devices.names(config), rules_view.scope_names(config)
    house = policy.load(config, ui.settings()).default
    covered = _covered(ui, counted, house)
    views = [*lists.blocklists(engine), *lists.services(engine)]
    titles = {view.id: view.title for view in views}
    return page(
        request,
        "company_page.html",
        company=counted,
        with_since=since,
        chart=_chart(hours, span, name),
        seat=country(company_view.seat(counted, known)),
        sentence=company_view.sentence(counted, span.choice.sentence),
        used_by=company_view.used_by(counted),
        told=device_evidence.of_company(ui.state, counted.name, called, time.time_ns() // 1000),
        findings_page=f"/evidence?company={quote(counted.name, safe='')}",
        names=company_view.name_lines(counted.names[: NAMES if names == "all" else FEW_NAMES], known, covered, titles),
        covering=company_view.covering(covered.values(), views),
        plan=_plan(ui, config, known, counted, company_block.TRACKING, str(HOUSE)),
        titles=titles,
        judged_at_most=NAMES,
        scopes=in_order((key, title) for key, title in scopes.items() if key != str(HOUSE)),
        ranges=ranges.CHOICES,
        current_range=span.choice.key,
        span=span.query(),
        address=company_page(counted.name),
        first_s=counted.first_us / 1_000_000,
        last_s=counted.last_us / 1_000_000,
    )


@dataclass(frozen=True, slots=True)
class _Whom:
    """A scope that there is, and what holds for it."""

    scope: Scope
    policy: Policy


def _lately() -> Range:
    now = time.time()
    return ranges.own(int(now * 1e6) - BLOCKED_OF_US, int(now * 1e6), now)


def _loaded_after(request: Request, reader: LogReader, span: Range, name: str, part: str) -> Response:
    if part == "hours":
        rows_of = f"/queries?company={quote(name, safe='')}"
        return fragment(request, "_hours_grid.html", grid=_grid(reader, name), rows_of=rows_of)
    counted = _company(reader, span, name, since=True)
    return fragment(request, "_company_devices.html", company=counted, span=span.query(), with_since=True,
                    address=company_page(counted.name))  # fmt: skip


def _company(reader: LogReader, span: Range, name: str, *, since: bool = False) -> CompanyCounts:
    """What was asked of it; a 404 problem where the log knows nothing of it."""
    with reader.counts(span.from_us, span.to_us) as counts:
        return _known(counts.company(name, NAMES, since), name)


def _known(counted: CompanyCounts | None, name: str) -> CompanyCounts:
    if counted is None:
        raise Problem(404, say("No device has asked for a name of a company that is called {company}.",
                               company=formatting.visible(name)))  # fmt: skip
    return counted


def _chart(hours: list[HourCounts], span: Range, name: str) -> timeline_view.Chart:
    return timeline_view.lookups_chart(
        hours, span.from_us, span.to_us, span.step_us, company_page(name), urlencode({"company": name})
    )  # fmt: skip


def _grid(reader: LogReader, name: str) -> hours_grid.Grid | None:
    now = time.time()
    to_us = ranges.midnight_us(now) + 2 * ranges.DAY_US
    with reader.counts(to_us - PICTURE_US, to_us) as counts:
        return hours_grid.grid(counts.hours(name), now)


def _covered(ui: WebUiValue, counted: CompanyCounts, holds: Policy) -> dict[str, company_cover.NameCover]:
    index = company_cover.open_index(ui.state)
    return {cover.name: cover for cover in company_cover.covers([each.name for each in counted.names], index, holds)}


def _plan(
    ui: WebUiValue, config: sqlite3.Connection, known: Facts, counted: CompanyCounts, what: str, scope: str
) -> Plan:
    """What blocking takes for a scope; problems where there is no such scope."""
    whom = _whom(ui, config, scope)
    covered = _covered(ui, counted, whom.policy)
    uncovered: Sequence[company_cover.NameCover] = [
        covered[each.name] for each in counted.names
        if not covered[each.name].blocked and (what == company_block.ALL or each.kind == Kind.TRACKING.word)
    ]  # fmt: skip
    if what == company_block.ALL:
        return company_block.plan_all(uncovered, counted.name, known)
    return company_block.plan_tracking(uncovered, dict(whom.policy.lists))


def _whom(ui: WebUiValue, config: sqlite3.Connection, text: str) -> _Whom:
    if text not in rules_view.scope_names(config):
        raise Problem(404, say("There is no '{scope}' here any more; choose whom it is for.", scope=text))
    scope, policies = Scope.parse(text), policy.load(config, ui.settings())
    if scope.kind == ScopeKind.DEVICE:
        return _Whom(scope, policies.by_device.get(scope.number) or policies.default)
    if scope.kind == ScopeKind.GROUP and isinstance(policies.by_device, DevicePolicies):
        return _Whom(scope, policies.by_device.of_group(scope.number))
    return _Whom(scope, policies.default)
