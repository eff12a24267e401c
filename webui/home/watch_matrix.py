# SPDX-License-Identifier: GPL-3.0-or-later
"""Who watches whom: devices by companies, in look-ups for tracking. Pure.

The columns are the companies that matter most: half of them those that most got through to, then those that were tried
most. All other companies, and those that nobody knows, are one column; devices beyond the bound are one row. So the sum
of all cells is the sum of all pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from store.base.sentences import say, say_count
from store.log.values import TrackingPair
from store.names.purpose import Kind
from webui.numbers import headline
from webui.numbers.home_view import company_page
from webui.views.ranges import Range

ROWS, COLUMNS = 8, 6  # on Home: as much as is seen at once
MAX_ROWS, MAX_COLUMNS = 250, 40  # of the whole: a table that a browser still scrolls at once, some 10,000 cells


@dataclass(frozen=True, slots=True)
class Cell:
    """Look-ups and what became of them; `href` "": leads nowhere. `words`: the outcome, for whoever does not see it."""

    lookups: int
    blocked: int
    through: int
    failed: int
    href: str
    words: str

    @property
    def state(self) -> str:
        """stopped, through, or split where it is both."""
        if not self.through:
            return "stopped" if self.blocked else "failed"
        return "split" if self.blocked else "through"


@dataclass(frozen=True, slots=True)
class Line:
    """A device, or several together (`device` None); its cells are as many as there are columns, None for nothing."""

    label: str
    href: str
    cells: tuple[Cell | None, ...]
    total: Cell


@dataclass(frozen=True, slots=True)
class Column:
    """A company, or all others together (`href` "")."""

    label: str
    href: str
    total: Cell


@dataclass(frozen=True, slots=True)
class Matrix:
    """`devices`, `companies`: how many there are in all, with those that are folded; companies that are known."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    total: Cell | None
    devices: int
    companies: int
    folded: bool


def matrix(pairs: Sequence[TrackingPair], span: Range, rows: int = ROWS, columns: int = COLUMNS) -> Matrix:
    """Of all pairs; rows and columns at most so many, beside those of the rest."""
    companies, devices = _companies(pairs, columns), _devices(pairs, rows)
    others = any(pair.company not in companies for pair in pairs)
    keys = [*companies, *([None] if others else [])]
    link = _Links(span)
    whole = _grouped(pairs, lambda pair: pair.company if pair.company in companies else None)
    lines = [_line(device, group, keys, link) for device, group in devices.items()]
    known = {pair.company for pair in pairs} - {None}
    return Matrix(
        tuple(Column(key or say("others"), link.company(key), _cell(whole[key], link.company(key))) for key in keys),
        tuple(lines), _cell(pairs, "") if pairs else None, len({pair.device for pair in pairs}), len(known),
        len(known) > len(companies) or len({pair.device for pair in pairs}) > rows,
    )  # fmt: skip


class _Links:
    """Where a number leads: the rows of the log that it counts, or the page of the device or company."""

    def __init__(self, span: Range) -> None:
        self._range = span.query()

    def cell(self, device: int | None, company: str | None) -> str:
        if device is None:
            return self.company(company)
        if company is None:
            return self.device(device)
        kind = Kind.TRACKING.word
        return f"/queries?device={device}&company={quote(company, safe='')}&kind={kind}&{self._range}"

    def device(self, device: int | None) -> str:
        return "" if device is None else f"/devices/{device}?{self._range}"

    def company(self, company: str | None) -> str:
        return "" if company is None else f"{company_page(company)}?{self._range}"


_Key = TypeVar("_Key")
_DeviceKey = tuple[int | None, str]


def _line(device: _DeviceKey, pairs: Sequence[TrackingPair], keys: Sequence[str | None], link: _Links) -> Line:
    number, label = device
    own = _grouped(pairs, lambda pair: pair.company if pair.company in keys else None)
    cells = tuple(_cell(own[key], link.cell(number, key)) if key in own else None for key in keys)
    return Line(label, link.device(number), cells, _cell(pairs, link.device(number)))


def _companies(pairs: Sequence[TrackingPair], most: int) -> list[str]:
    """Those that stand as columns of their own, the most tried first."""
    through, lookups = dict[str, int](), dict[str, int]()
    for pair in pairs:
        if pair.company is not None:
            through[pair.company] = through.get(pair.company, 0) + pair.through
            lookups[pair.company] = lookups.get(pair.company, 0) + pair.lookups
    reached = sorted((name for name in through if through[name]), key=lambda name: (-through[name], name))[: most // 2]
    ranked = sorted(lookups, key=lambda name: (name not in reached, -lookups[name], name))[:most]
    return sorted(ranked, key=lambda name: (-lookups[name], name))


def _devices(pairs: Sequence[TrackingPair], most: int) -> dict[_DeviceKey, list[TrackingPair]]:
    """Device → its pairs, the most look-ups first; what is beyond the bound, together, last."""
    groups = _grouped(pairs, lambda pair: (pair.device, pair.label))
    ranked = sorted(groups.items(), key=lambda item: (-sum(pair.lookups for pair in item[1]), item[0][1]))
    shown, rest = dict(ranked[:most]), ranked[most:]
    if rest:
        label = say_count(len(rest), "{count:,} other device", "{count:,} other devices")
        shown[None, label] = [pair for _, group in rest for pair in group]
    return shown


def _grouped(pairs: Iterable[TrackingPair], key: Callable[[TrackingPair], _Key]) -> Mapping[_Key, list[TrackingPair]]:
    groups: dict[_Key, list[TrackingPair]] = {}
    for pair in pairs:
        groups.setdefault(key(pair), []).append(pair)
    return groups


def _cell(pairs: Iterable[TrackingPair], href: str) -> Cell:
    each = list(pairs)
    lookups, blocked, failed = (sum(getattr(pair, name) for pair in each) for name in ("lookups", "blocked", "failed"))
    return Cell(lookups, blocked, lookups - blocked - failed, failed, href, headline.outcome(lookups, blocked, failed))
