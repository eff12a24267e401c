# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstreams chosen among those that are known, and tried before: what is found stands below the button, unstored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from resolver.upstream import trial, upstream_presets
from resolver.upstream.upstream_presets import How
from store.base.sentences import say, sentence_of
from store.config import edit, settings
from store.config.session import EditError
from store.config.settings import SettingError
from webui.frame import setting_areas
from webui.http import permissions
from webui.http.deps import Engine, WebUi
from webui.http.problems import Problem
from webui.pages.templating import back_to, fragment, wants_fragment
from webui.settings import setting_area_page, upstreams_part
from webui.settings.setting_area_page import Shown
from webui.views.labels import label

router = APIRouter(prefix="/settings/upstreams", dependencies=[permissions.sees])

MAX_TEXT = 2000  # of a dozen addresses there are some hundred characters
PROVIDER = "provider"  # in place of a preset: what resolv.conf says
Specs = Annotated[str, Form(max_length=MAX_TEXT)]
Presets = Annotated[list[str], Form(max_length=40)]
_AREA = setting_areas.area_of("upstreams")


@router.post("/choose")
def choose(
    ui: WebUi, engine: Engine, preset: Presets = [], ipv6: str = Form(""), how: How = Form(How.PLAIN)  # noqa: B006, B008
) -> Response:  # fmt: skip
    """Ask the servers of these presets, and no others."""
    specs = _specs(preset, how, ipv6 == "on")
    if not specs:
        raise Problem(422, say("Tick one first."))
    source = settings.locked(ui.state, ui.environ).get("upstreams")
    if source:
        raise Problem(409, say("{key} is set by the {source}; change it there.", key="upstreams", source=label(source)))
    ui.refuse_ours(specs)
    edit.put_settings(engine, {"upstreams": specs})
    ui.forget_settings()
    return back_to(f"{_AREA.href}?notice=saved")


@router.post("/test/presets")
def test_presets(
    request: Request, ui: WebUi, engine: Engine, preset: Presets = [], ipv6: str = Form(""),  # noqa: B006
    how: How = Form(How.PLAIN),  # noqa: B008
) -> Response:  # fmt: skip
    """Try the servers of these presets."""
    return _tried(request, ui, engine, _specs(preset, how, ipv6 == "on"))


@router.post("/test")
def test(request: Request, ui: WebUi, engine: Engine, upstreams: Specs = "") -> Response:
    """Try each of these (as the setting takes them), else those in force."""
    try:
        specs = settings.from_text("upstreams", upstreams) if upstreams.strip() else ui.settings().upstreams
    except SettingError as error:
        return _answer(request, ui, engine, [], sentence_of(error))
    return _tried(request, ui, engine, specs)


def _tried(request: Request, ui: WebUi, engine: Engine, specs: Sequence[str]) -> Response:
    try:
        ui.refuse_ours(specs)
    except EditError as error:
        return _answer(request, ui, engine, [], sentence_of(error))
    if len(specs) > trial.MAX_SPECS:
        many = say("At most {most} servers can be tried at once.", most=trial.MAX_SPECS)
        return _answer(request, ui, engine, [], many)
    trials = trial.tried(specs, ui.trial_names, ui.settings().upstream_bootstrap)
    return _answer(request, ui, engine, [upstreams_part.line(each) for each in trials], "")


def _specs(wanted: Sequence[str], how: How, ipv6: bool) -> list[str]:
    """In the order of the page; unknown words are passed over. Who answers no plain DNS is asked over TLS."""
    specs: list[str] = []
    for preset in upstream_presets.presets():
        if preset.id in wanted:
            specs += preset.specs(how if preset.servers or how is not How.PLAIN else How.TLS, ipv6=ipv6)
    if PROVIDER in wanted:
        specs += upstream_presets.of_provider()
    return list(dict.fromkeys(specs))


def _answer(request: Request, ui: WebUi, engine: Engine, lines: list[upstreams_part.TrialLine], wrong: str) -> Response:
    values = {"trials": lines, "trial_wrong": wrong}
    if wants_fragment(request):
        return fragment(request, "_upstream_trials.html", **values)
    return setting_area_page.shown(request, ui, engine, _AREA, Shown(422 if wrong else 200, values=values))
