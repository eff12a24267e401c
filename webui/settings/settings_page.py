# SPDX-License-Identifier: GPL-3.0-or-later
"""All settings: cards by what people want, a search, and each by its name; where it is said whether all is well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from store.base.languages import tell
from store.config import known_settings, settings
from webui.frame import global_search, setting_areas
from webui.http import permissions
from webui.http.deps import WebUi
from webui.http.language import language
from webui.pages.templating import page
from webui.settings import restarting
from webui.views.settings_view import TITLES

router = APIRouter(prefix="/settings", dependencies=[permissions.sees])

# What is longer is cut, not refused: somebody pasted something.
Text = Annotated[str, Query(max_length=10_000)]


@dataclass(frozen=True, slots=True)
class Line:
    """A setting, and where it stands."""

    key: str
    title: str
    about: str
    area: str
    href: str


@router.get("")
def show(request: Request, ui: WebUi, q: Text = "") -> Response:
    words = q[: global_search.MAX_TEXT].casefold().split()
    health = ui.health()
    return page(
        request, "settings_page.html", areas=setting_areas.AREAS, q=q[: global_search.MAX_TEXT].strip(),
        hits=_fitting(words, language(request)) if words else [], every=[_line(key) for key in settings.SETTINGS],
        changed=_changed(ui), health_problems=health.problems, restart=restarting.of(request, ui),
    )  # fmt: skip


def _fitting(words: list[str], tag: str) -> list[Line]:
    """By title, name, what is said of it, or other words for its area; the best fit first."""
    fitting = []
    for key in settings.SETTINGS:
        line, area = _line(key), setting_areas.area_of(key)
        texts = (tell(text, tag) for text in (line.about, area.title, area.words))
        other = " ".join((key, key.replace("_", " "), *texts))
        fit = global_search.fit_of(words, tell(line.title, tag), other)
        if fit is not None:
            fitting.append((fit, line))
    return [line for _, line in sorted(fitting, key=lambda pair: pair[0])]


def _line(key: str) -> Line:
    about, area = known_settings.SETTINGS[key].about, setting_areas.area_of(key)
    return Line(key, TITLES.get(key, key), about, area.title, setting_areas.href(key))


def _changed(ui: WebUi) -> int:
    """How many settings hold another value than the default."""
    now = ui.settings()
    return sum(settings.value_of(now, key) != setting.default for key, setting in settings.SETTINGS.items())
