# SPDX-License-Identifier: GPL-3.0-or-later
"""A company: which devices talk to it, since when, for which names, and what of that is tracking."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from store.base.sentences import say
from store.config import devices
from webui.companies import company_view
from webui.evidence.whose_view import HomeKnown
from webui.http.deps import Config, Reader, WebUi
from webui.http.problems import Problem
from webui.numbers.home_view import company_page
from webui.pages import attention
from webui.pages.templating import page
from webui.views import formatting, ranges

router = APIRouter(prefix="/companies")

NAMES = 200  # shown; the query log has the rest
RANGE = "7d"


@router.get("/{name:path}")
def company(
    request: Request, ui: WebUi, config: Config, reader: Reader, known: HomeKnown,
    name: Annotated[str, Path(max_length=300)],
    range: str = RANGE,  # noqa: A002
) -> Response:  # fmt: skip
    span = ranges.find(range, time.time())
    with reader.counts(span.from_us, span.to_us) as counts:
        asked = counts.company(name, NAMES)
    if asked is None:
        raise Problem(404, say("No device has asked for a name of a company that is called {company}.",
                               company=formatting.visible(name)))  # fmt: skip
    return page(
        request,
        "company_page.html",
        company=asked,
        sentence=company_view.sentence(asked, span.choice.sentence),
        lines=attention.of_company(ui.state, asked.name, devices.names(config)),
        names=company_view.name_lines(asked.names, known),
        ranges=ranges.CHOICES,
        current_range=span.choice.key,
        address=company_page(asked.name),
        first_s=asked.first_us / 1_000_000,
        last_s=asked.last_us / 1_000_000,
    )
