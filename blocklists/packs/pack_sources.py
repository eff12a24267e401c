# SPDX-License-Identifier: GPL-3.0-or-later
"""Who published the facts of a pack's rows: the table of vendors/SOURCES.md, by the id that rows name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_ROW = re.compile(r"^\| `([a-z0-9-]+)` \| ([^|]+) \| ([^|]+) \|", re.MULTILINE)
_REPOSITORY = re.compile(r"GitHub ([\w.-]+/[\w.-]+)")


@dataclass(frozen=True, slots=True)
class PackSource:
    """`href`: the repository where it is published, "" for what has none."""

    id: str
    title: str
    href: str


@cache
def sources() -> Mapping[str, PackSource]:
    """Every source by its id; none while the file cannot be read."""
    try:
        text = (Path(__file__).parents[1] / "vendors" / "SOURCES.md").read_text(encoding="utf-8")
    except OSError:
        return {}
    return {key: PackSource(key, title.strip(), _href(where)) for key, title, where in _ROW.findall(text)}


def _href(where: str) -> str:
    repository = _REPOSITORY.search(where)
    return f"https://github.com/{repository[1]}" if repository else ""
