# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a name is, as the pages and the API of evidence show it; the facts are held once for the process."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel

from blocklists.whose.company_memo import CompanyMemo
from blocklists.whose.facts import Facts
from blocklists.whose.home_facts import HomeFacts
from store.base.sentences import say
from store.local import corrections
from store.names.purpose import Kind
from webui.http.deps import Config
from webui.views.formatting import visible

_FACTS, _LOCK = HomeFacts(), threading.Lock()  # routes run in threads; the tables are read once for all of them
_MEMOS: list[CompanyMemo] = []  # none or one: of the facts that were asked for last


class WhoseName(BaseModel):
    name: str
    company: str | None
    product: str | None
    purpose: str
    kind: str
    country: str | None
    matched: str
    source: str


def sentence(whose: WhoseName) -> str:
    """What is known of a name, as the first thing that its page says."""
    name = visible(whose.name)
    if not whose.company:
        if whose.kind == Kind.TRACKING.word:
            return say("Whose {name} is, nobody knows; it tells about you.", name=name)
        return say("Whose {name} is, nobody knows.", name=name)
    company = visible(whose.company)
    if whose.kind == Kind.TRACKING.word:
        return say("{name} is of {company}, and tells about you.", name=name, company=company)
    if whose.kind == Kind.USE.word:
        return say("{name} is of {company}; an app or a feature wants it.", name=name, company=company)
    return say("{name} is of {company}; whether it tells about you, nobody knows.", name=name, company=company)


def home_known(config: Config) -> Facts:
    """The facts with what this home's people corrected until now."""
    with _LOCK:
        return _FACTS.now(config)


def known_of(state: Path) -> Facts:
    """The same, where no connection is at hand."""
    with _LOCK:
        return _FACTS.of_state(state)


HomeKnown = Annotated[Facts, Depends(home_known)]


def home_companies(known: HomeKnown) -> CompanyMemo:
    """Company and kind of names by these facts, with those that were looked up before."""
    with _LOCK:
        if not _MEMOS or not _MEMOS[0].is_of(known):
            _MEMOS[:] = [CompanyMemo(known)]
        return _MEMOS[0]


HomeCompanies = Annotated[CompanyMemo, Depends(home_companies)]


def looked_up(known: Facts, written: str) -> WhoseName:
    """A name as somebody wrote it, with what is known of it; what is no name nobody knows."""
    try:
        name = corrections.read_name(written)
    except ValueError:
        name = written.strip().rstrip(".").lower()
    whose = known.of(name)
    return WhoseName(
        name=name, company=whose.company, product=whose.product, purpose=whose.purpose.value, kind=whose.kind.word,
        country=whose.country, matched=whose.matched, source=whose.source,
    )  # fmt: skip
