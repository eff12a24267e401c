# SPDX-License-Identifier: GPL-3.0-or-later
"""The buttons of "Forged answers": answer a domain anyway for a day, and check it again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from store.base.sentences import say
from store.config import settings
from store.local import insecure_edit
from store.local.insecure_edit import KEY
from webui.frame import setting_areas
from webui.http import permissions
from webui.http.deps import Engine, WebUi
from webui.http.problems import Problem
from webui.http.state import WebUi as Ui
from webui.pages.templating import back_to
from webui.views.labels import label

router = APIRouter(prefix="/settings/dnssec", dependencies=[permissions.admins])

Domain = Annotated[str, Form(max_length=300)]
_AREA = setting_areas.area_of(KEY)


@router.post("/anyway")
def anyway(ui: WebUi, engine: Engine, domain: Domain) -> Response:
    """For a day, for the whole house."""
    refuse_where_locked(ui)
    insecure_edit.answer_anyway(engine, domain)
    ui.forget_settings()
    return back_to(f"{_AREA.href}?notice=anyway#anyway")


@router.post("/again")
def again(ui: WebUi, engine: Engine, domain: Domain) -> Response:
    refuse_where_locked(ui)
    insecure_edit.check_again(engine, domain)
    ui.forget_settings()
    return back_to(f"{_AREA.href}?notice=again#failed")


def refuse_where_locked(ui: Ui) -> None:
    """409 where the domains are set from outside."""
    source = settings.locked(ui.state, ui.environ).get(KEY)
    if source:
        raise Problem(409, say("{key} is set by the {source}; change it there.", key=KEY, source=label(source)))
