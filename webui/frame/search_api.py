# SPDX-License-Identifier: GPL-3.0-or-later
"""The search of the top line: what a few letters may mean anywhere in Telltale."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from store.base.languages import tell
from webui.frame import global_search
from webui.http import permissions, route_needs
from webui.http.deps import Config, QuickReader
from webui.http.language import language
from webui.views.settings_view import TITLES

router = APIRouter(prefix="/search", tags=["search"], dependencies=[permissions.sees])


class Shape(BaseModel):
    """Filled from the attributes of what was found."""

    model_config = ConfigDict(from_attributes=True)


class Hit(Shape):
    title: str
    href: str = Field(description="the path of its page")
    about: str = Field(description='what else tells it apart; "" for nothing')


class HitGroup(Shape):
    kind: str = Field(
        validation_alias="key",
        description="pages, devices, companies, settings, blocklists, services, groups, rules or names",
    )
    title: str
    hits: list[Hit]


class Found(Shape):
    text: str
    name: str = Field(description='the text as a name that can be explained, blocked or allowed; "" where it is none')
    groups: list[HitGroup] = Field(description="kinds with hits, the best fit first")


@router.get("", summary="Find names, devices, companies, lists, rules, settings and pages")
def find(
    request: Request,
    config: Config,
    reader: QuickReader,
    q: Annotated[
        str, Query(max_length=global_search.MAX_TEXT, description="some letters; several words must all fit")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=50, description="hits of each kind")] = 6,
) -> Found:
    """Names are those that the query log knows; records are not read."""
    tag = language(request)
    sources = global_search.Sources(config, reader, TITLES, lambda text: tell(text, tag), route_needs.opens(request))
    return Found.model_validate(global_search.find(q, sources, limit))
