# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a name is, as the pages and the API of evidence show it; the facts are held once for the process."""

from __future__ import annotations

import threading
from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel

from blocklists.whose.facts import Facts
from blocklists.whose.home_facts import HomeFacts
from store.local import corrections
from webui.http.deps import Config

_FACTS, _LOCK = HomeFacts(), threading.Lock()  # routes run in threads; the tables are read once for all of them


class WhoseName(BaseModel):
    name: str
    company: str | None
    product: str | None
    purpose: str
    kind: str
    country: str | None
    matched: str
    source: str


def home_known(config: Config) -> Facts:
    """The facts with what this home's people corrected until now."""
    with _LOCK:
        return _FACTS.now(config)


HomeKnown = Annotated[Facts, Depends(home_known)]


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
