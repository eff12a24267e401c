# SPDX-License-Identifier: GPL-3.0-or-later
"""What was blocked for a device, as its page and one's own page show it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from evidence.findings.culprits import Culprit
from resolver.answer.judge import HOME
from store.base.sentences import say
from store.names.rule_names import normalise
from webui.views.queries_view import title_of
from webui.views.relief_view import asked_first


@dataclass(frozen=True, slots=True)
class CulpritLine:
    """A blocked name; `last` in Unix seconds, `by` the id of what blocked it, `list` how people call that.

    `may`: yes, it can be let through with one tap; ask; no.
    """

    name: str
    reasons: tuple[str, ...]
    count: int
    last: float
    by: str
    list: str
    company: str | None
    may: str = "yes"


def lines(rows: Iterable[Culprit], titles: Mapping[str, str], excepted: Collection[str] = ()) -> list[CulpritLine]:
    """Without the names that are let through by now. `titles`: blocklist id → title."""
    return [
        CulpritLine(
            row.name, row.reasons, row.count, row.last_us / 1_000_000, row.list, title_of(row.list, titles),
            row.company, "yes" if _can_be_let_through(row.name) else "no",
        )
        for row in rows if row.name not in excepted
    ]  # fmt: skip


def at_device(line: CulpritLine) -> CulpritLine:
    """As somebody at the device reads it, who made no rules: those are the home's."""
    return replace(line, list=say("a rule of this home")) if line.by == HOME else line


def with_leave(line: CulpritLine, may: str, asked: Collection[str] = ()) -> CulpritLine:
    """The line with what may be done about it at the device itself; `may`: the setting. `asked`: for which it asked,
    and waits."""
    at_device = leave(may, line.by, line.name)
    return replace(line, may="asked" if at_device == "ask" and line.name in asked else at_device)


def leave(may: str, blocklist: str, name: str) -> str:
    """yes, ask or no: what somebody at a device may do about a name that this blocks; `may`: the setting."""
    if not _can_be_let_through(name):
        return "no"
    return "ask" if may == "yes" and asked_first(blocklist) else may


def _can_be_let_through(name: str) -> bool:
    """Whether it is a name as people write them; a device may ask for any bytes."""
    try:
        return normalise(name) == name
    except ValueError:
        return False
