# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change would have done: a page to ask, and what buttons beside toggles, rules and groups show of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from pydantic import Field

from evidence.whatif import change_words
from evidence.whatif.effect import Effect
from evidence.whatif.whatif_change import KEEP, BadChange, Change, GroupChange, RuleChange, ToggleChange
from evidence.whatif.whatif_jobs import WhatIfJob
from store.base.sentences import say, sentence_of
from store.config import lists, rule_input
from store.config.choices import RuleForm, RuleKind
from store.config.scopes import HOUSE
from store.config.session import EditError
from store.household import groups as household_groups
from webui.evidence import whatif_asking, whatif_view
from webui.http import permissions
from webui.http.deps import Engine, WebUi
from webui.http.problems import Problem
from webui.pages.templating import fragment, page, wants_fragment

router = APIRouter(prefix="/evidence/whatif", dependencies=[permissions.sees])

WAIT_SECONDS = 4.0  # before a page shows how far it is instead of the effect
MAX_DEVICES = 20_000  # ticks of one form

Text = Annotated[str, Form(max_length=2000)]
Range = Annotated[str, Form(alias="range", max_length=20)]
Scope = Annotated[str, Form(max_length=40)]
Ticked = Annotated[int, Field(ge=1, le=2**31)]


@router.get("")
def whatif(
    request: Request, ui: WebUi, engine: Engine, change: Annotated[str, Query(max_length=2000)] = "",
    range_: Annotated[str, Query(alias="range", max_length=20)] = whatif_view.DEFAULT_RANGE,
    number: Annotated[str, Query(alias="job", max_length=40)] = "",
) -> Response:  # fmt: skip
    """`job`: a question that was asked here before, while its answer is kept."""
    job = ui.questions.find(number) if number else None
    if job is None:
        return _page(request, engine, change, range_)
    try:
        return _page(request, engine, change, range_, job, whatif_asking.effect_of(job, 0.0))
    except Problem as error:
        return _page(request, engine, change, range_, trouble=sentence_of(error), status=error.status)


@router.post("")
def ask(
    request: Request, ui: WebUi, engine: Engine, change: Text = "", range_: Range = whatif_view.DEFAULT_RANGE
) -> Response:  # fmt: skip
    """Changes in words, as the command line takes them."""
    return _answer(request, ui, engine, lambda: change_words.parse([change]), range_, change)


@router.post("/toggle")
def ask_toggle(
    request: Request, ui: WebUi, engine: Engine, list_: Annotated[str, Form(alias="list", max_length=300)],
    on: Annotated[Literal["on", "off"], Form()], scope: Scope = str(HOUSE),
    schedule: Annotated[str, Form(max_length=9, pattern=r"^\d*$")] = "", range_: Range = whatif_view.DEFAULT_RANGE,
) -> Response:  # fmt: skip
    """A list or service as the form of a group's page would set it."""
    times = int(schedule) if schedule else KEEP
    change = ToggleChange(list_, scope, on == "on", schedule=times)
    return _answer(request, ui, engine, lambda: [change], range_, change_words.turned(list_, on == "on", "", scope))


@router.post("/rule")
def ask_rule(
    request: Request, ui: WebUi, engine: Engine, kind: Annotated[RuleKind, Form()], name: Text,
    reach: Annotated[Literal["below", "alone", "found", "not found"], Form()] = "below", types: Text = "",
    answer: Text = "", scope: Scope = str(HOUSE), range_: Range = whatif_view.DEFAULT_RANGE,
) -> Response:  # fmt: skip
    """A rule as the form of rules would make it."""
    form = RuleForm.REGEX if reach in ("found", "not found") else RuleForm.NAME

    def checked() -> list[Change]:
        rule_input.check_rule(kind, name, subdomains=reach == "below", form=form, types=types,
                              inverted=reach == "not found", answer=answer)  # fmt: skip
        return [RuleChange(kind, name, scope, reach == "below", form, types, reach == "not found", answer)]

    return _answer(request, ui, engine, checked, range_, f"{kind} {name} for {scope}")


@router.post("/group")
def ask_group(
    request: Request, ui: WebUi, engine: Engine, number: Annotated[int, Form(ge=1, le=2**31)],
    device: Annotated[list[Ticked] | None, Form(max_length=MAX_DEVICES)] = None,
    range_: Range = whatif_view.DEFAULT_RANGE,
) -> Response:  # fmt: skip
    """Who is in a group, as the form of its page would set it."""
    group = next((view for view in household_groups.groups(engine) if view.id == number), None)
    if group is None:
        raise Problem(404, say("There is no group {number}.", number=number))
    ticked, inside = set(device or ()), set(group.devices)
    changes: list[Change] = [GroupChange(each, number, each in ticked) for each in sorted(ticked ^ inside)]
    if not changes:
        return fragment(request, "_whatif.html", job=None, view=None, nothing=say("Nobody comes or goes."), range="")
    return _answer(request, ui, engine, lambda: changes, range_)


@router.get("/job")
def progress(
    request: Request, ui: WebUi, id_: Annotated[str, Query(alias="id", max_length=40)],
    range_: Annotated[str, Query(alias="range", max_length=20)] = whatif_view.DEFAULT_RANGE,
    whole: Annotated[str, Query(max_length=2000)] = "",
) -> Response:  # fmt: skip
    """`whole`: the words of the change, where the page shall come anew with all of the answer."""
    job = whatif_asking.job_of(ui, id_)
    try:
        effect = whatif_asking.effect_of(job, 0.0)
    except Problem as problem:  # it stands where the answer was to stand
        return fragment(request, "_whatif.html", job=None, view=None, nothing=problem.detail, range=range_)
    shown = _fragment(request, job, effect, range_, whole)
    if whole and effect is not None:
        query = urlencode({"change": whole, "range": range_, "job": id_})
        shown.headers["HX-Redirect"] = f"/evidence/whatif?{query}"
    return shown


@router.post("/cancel")
def cancel(request: Request, ui: WebUi, job: Annotated[str, Form(max_length=40)]) -> Response:
    ui.questions.end(whatif_asking.job_of(ui, job).id)
    return fragment(request, "_nothing.html")


def _answer(
    request: Request, ui: WebUi, engine: Engine, changes: Callable[[], Sequence[Change]], range_key: str,
    words: str = "",
) -> Response:  # fmt: skip
    """Begin to answer: with the effect, or how far it is; a page where no script asks.

    What is wrong with the changes stands there beside their words, which stay for whoever mistyped them.
    """
    try:
        job = _begin(ui, _read(changes), range_key)
        effect = whatif_asking.effect_of(job, WAIT_SECONDS)
    except (Problem, EditError) as error:
        if wants_fragment(request):
            raise
        status = error.status if isinstance(error, Problem) else 422
        return _page(request, engine, words, range_key, trouble=sentence_of(error), status=status)
    if wants_fragment(request):
        return _fragment(request, job, effect, range_key)
    return _page(request, engine, words, range_key, job, effect)


def _read(changes: Callable[[], Sequence[Change]]) -> Sequence[Change]:
    try:
        return changes()
    except BadChange as error:
        raise Problem(422, sentence_of(error)) from None


def _begin(ui: WebUi, changes: Sequence[Change], range_key: str) -> WhatIfJob[Effect]:
    from_, to = whatif_view.span(range_key, time.time())
    return whatif_asking.begin(ui, whatif_asking.checked(changes), from_, to)


def _fragment(
    request: Request, job: WhatIfJob[Effect], effect: Effect | None, range_key: str, whole: str = ""
) -> Response:  # fmt: skip
    view = None if effect is None else whatif_view.shown(effect, range_key)
    return fragment(request, "_whatif.html", job=job, view=view, nothing="", range=range_key, whole=whole)


def _page(
    request: Request, engine: Engine, change: str, range_key: str, job: WhatIfJob[Effect] | None = None,
    effect: Effect | None = None, *, trouble: str = "", status: int = 200,
) -> Response:  # fmt: skip
    return page(
        request,
        "whatif_page.html",
        status,
        change=change,
        trouble=trouble,
        range=range_key,
        ranges=whatif_view.RANGES,
        examples=change_words.EXAMPLES,
        installed=[*lists.blocklists(engine), *lists.services(engine)],
        job=job,
        whole=change,
        request_path="/evidence/whatif",
        view=None if effect is None else whatif_view.shown(effect, range_key),
        nothing="",
    )
