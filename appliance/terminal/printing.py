# SPDX-License-Identifier: GPL-3.0-or-later
"""How commands print data: aligned columns for people, JSON for programs. Text from the network is made harmless."""

import dataclasses
import json
import sys
import time
import unicodedata
from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import Any

from appliance.terminal.encodings import shows_all
from store.base.languages import tell_here
from store.base.sentences import say, say_as
from store.names import escaped_json
from store.names.decoded_name import decoded

# Wider cells make a line unreadable on any terminal; --json has everything.
MAX_CELL = 60
NONE = say("There is none.")  # in place of a table without rows


def table(head: Sequence[str], rows: Iterable[Sequence[object]], none: str = NONE) -> None:
    """Print aligned columns; numbers to the right. Without a row a sentence, and no head over nothing."""
    lines = list(rows)
    print(render(head, lines) if lines else tell_here(none))


def tell(text: str) -> None:
    """Print a sentence as people at this terminal read it, harmless: what a file or somebody said may stand in it."""
    print("\n".join(map(harmless, tell_here(text).split("\n"))))


def warn(text: str) -> None:
    """The same on standard error."""
    print("\n".join(map(harmless, tell_here(text).split("\n"))), file=sys.stderr)


def render(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table as text. A cell that is None is shown as a dash."""
    body, titles = list(rows), [tell_here(title) for title in head]
    cells = [[plain(value) for value in row] for row in body]
    widths = [max(_width(row[place]) for row in [titles, *cells]) for place in range(len(titles))]
    right = [all(isinstance(row[place], int | float | None) for row in body) for place in range(len(titles))]
    return "\n".join(_line(row, widths, right) for row in [titles, *cells])


def plain(value: object) -> str:
    """A cell's text: one line, no control characters, bounded."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return tell_here(say_as("state", "on") if value else say_as("state", "off"))
    if isinstance(value, int):
        return f"{value:,}"
    text = harmless(tell_here(value) if isinstance(value, str) else str(value))
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"


def harmless(text: str) -> str:
    """Text that can steer no terminal. Blanks that break no line are text: French has them before a colon."""
    return "".join(char if char.isprintable() or unicodedata.category(char) == "Zs" else "?" for char in text)


def lettered(name: str) -> str:
    """A name, harmless, and behind an international one its letters, where they cannot pass for others and the terminal
    has them."""
    letters = decoded(name) if shows_all() else None
    return f"{harmless(name)} ({letters})" if letters else harmless(name)


def when(seconds: int | None) -> str | None:
    """A moment in local time, to the minute."""
    return None if seconds is None else time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def as_json(value: Any) -> None:
    """Print dataclasses, and what they are made of, as JSON."""
    print(_dumped(value, indent=2))


def json_line(value: Any) -> None:
    """Print one object on one line."""
    print(_dumped(value), flush=True)


def _dumped(value: Any, indent: int | None = None) -> str:
    """Escaped so that no name of it steers a terminal; where that shows ASCII alone, all else is escaped, too."""
    if shows_all():
        return escaped_json.dumps(value, default=_encode, indent=indent)
    return json.dumps(value, default=_encode, indent=indent)


def _encode(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, SimpleNamespace):  # a plain row of config.db
        return vars(value)
    if hasattr(value, "model_dump"):
        return value.model_dump()
    return str(value)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = []
    for cell, width, to_right in zip(cells, widths, right, strict=True):
        gap = " " * (width - _width(cell))
        padded.append(gap + cell if to_right else cell + gap)
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Columns on a terminal: wide characters take two, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
