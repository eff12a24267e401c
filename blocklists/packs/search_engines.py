# SPDX-License-Identifier: GPL-3.0-or-later
"""Safe search as the engines' makers document it: which of their names answers what.

search_engines.toml says it with each source.

Only A, AAAA and what leads around them (HTTPS, SVCB, ANY, CNAME) is answered so; mail and proofs of a zone are not
touched.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from store.config.choices import SearchEngine, YoutubeLevel

_EACH = "*"


@dataclass(frozen=True, slots=True)
class SafeEngine:
    """One engine. `answers`: by level what its names answer, a name (by CNAME) or an address; "" where it has one."""

    engine: SearchEngine
    title: str
    about: str
    source: str
    names: tuple[str, ...]
    answers: Mapping[str, str]


@cache
def load() -> Mapping[SearchEngine, SafeEngine]:
    """Every engine. Raises ValueError for a file that does not read."""
    text = (Path(__file__).parents[1] / "search_engines.toml").read_text("utf-8")
    return {SearchEngine(word): _engine(SearchEngine(word), table) for word, table in tomllib.loads(text).items()}


def answers(engine: SearchEngine, level: str) -> str:
    """What the names of an engine answer at a level; one that it has not is its strictest."""
    known = load()[engine].answers
    return known.get(level) or known.get("") or known[YoutubeLevel.STRICT]


def _engine(engine: SearchEngine, table: Mapping[str, Any]) -> SafeEngine:
    names = [
        name.replace(_EACH, ending)
        for name in table["names"]
        for ending in (table["endings"] if _EACH in name else [""])
    ]
    by_level = table["levels"] if "levels" in table else {"": table["answer"]}
    return SafeEngine(engine, table["title"], table["about"], table["source"], tuple(names), by_level)
