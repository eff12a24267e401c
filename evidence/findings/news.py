# SPDX-License-Identifier: GPL-3.0-or-later
"""What a device never asked for before: a company, else a registered domain. Pure.

The labels that CDNs and trackers make up anew stand below one registered domain, and are no news. In the first week of
a device, and of the home, nothing is: it is learned what is usual. How loud a finding is, is its confidence: louder
where nobody in the home asked before, for tracking, and while the device is idle or at night.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from evidence.findings.finding import MAX_NAMES, Cause, Finding, FindingKind

LEARNING_US = 7 * 86_400_000_000
CauseOf = Callable[[int, int], Cause]
"""Of a device at a moment, µs since 1970"""

QUIET, LOUDER = 0.4, 0.2  # of a device alone; more for each of: new to the home, tracking, idle or at night


class TooManyWords(Exception):  # noqa: N818 - it is no fault
    """More companies and sites may be new than may be held at once."""


@dataclass(frozen=True, slots=True)
class First:
    """When a device asked for a name first. `site`: its registered domain; company None: nobody knows whose."""

    device_id: int
    name: str
    site: str
    company: str | None
    tracking: bool
    first_us: int


@dataclass(frozen=True, slots=True)
class _Word:
    """What may be new: a company or a site."""

    kind: FindingKind
    key: str


@dataclass(slots=True)
class _Rows:
    """What a device asked for of a word, each name once. Held are the earliest: there may be many."""

    rows: list[First] = field(default_factory=list)
    last_us: int = 0
    count: int = 0

    def add(self, row: First) -> None:
        self.count += 1
        self.last_us = max(self.last_us, row.first_us)
        self.rows.append(row)
        if len(self.rows) >= 2 * MAX_NAMES:
            self.rows = self.earliest()

    def earliest(self) -> list[First]:
        """As many as a finding tells."""
        return sorted(self.rows, key=_by_time)[:MAX_NAMES]

    @property
    def first(self) -> First:
        return min(self.rows, key=_by_time)


def _by_time(row: First) -> tuple[int, str]:
    return row.first_us, row.name


def find(
    recent: Iterable[First],
    older: Iterable[First],
    cause_of: CauseOf = lambda device, at_us: Cause.NONE,
    most: int | None = None,
) -> Iterator[Finding]:
    """What is new among `recent`; `older`: all that was asked first before them, gone through once.

    `cause_of`: of a device at a moment, IDLE, NIGHT or NONE. A site of a company that is new too is told as that.
    Device 0 is all devices that nobody knows: of those, only what is new to the home is told, as the home's.
    Raises TooManyWords, before the first finding, where more than `most` companies and sites of devices may be new.
    """
    return _Search(cause_of).find(recent, older, _words, most)


def find_by_parts(
    read: Callable[[int | None], tuple[Iterable[First], Iterable[First]]], parts: int, cause_of: CauseOf
) -> Iterator[Finding]:
    """The same where sites are too many to be held at once: first companies, of which there are few, then sites.

    `read`: `recent` and `older`; of a number below `parts` those of some sites, each in one part; of None all.
    """
    search = _Search(cause_of)
    yield from search.find(*read(None), _companies)
    for part in range(parts):
        yield from search.find(*read(part), _sites)


class _Search:
    """What later parts must know of earlier ones."""

    def __init__(self, cause_of: CauseOf) -> None:
        self._cause_of = cause_of
        self._begun: dict[int, int] = {}  # of devices
        self._known_companies: set[tuple[int, _Word]] = set()

    def find(
        self, recent: Iterable[First], older: Iterable[First], words: Callable[[First], Iterable[_Word]],
        most: int | None = None,
    ) -> Iterator[Finding]:  # fmt: skip
        """`words`: what is looked for of a row."""
        rows_of: dict[tuple[int, _Word], _Rows] = {}
        home_first: dict[_Word, int] = {}
        for first in recent:
            self._see(first)
            for word in words(first):
                rows = rows_of.get((first.device_id, word))
                if rows is None:
                    if most is not None and len(rows_of) >= most:
                        raise TooManyWords
                    rows = rows_of[first.device_id, word] = _Rows()
                rows.add(first)
                home_first[word] = min(first.first_us, home_first.get(word, first.first_us))
        known: set[tuple[int, _Word]] = set()
        for first in older:
            self._see(first)
            for word in words(first):
                known |= {(first.device_id, word)} & rows_of.keys()
                if word in home_first:
                    home_first[word] = min(first.first_us, home_first[word])
        self._known_companies |= {pair for pair in known if pair[1].kind is FindingKind.NEW_COMPANY}
        for device, word in sorted(rows_of, key=lambda pair: (*_by_time(rows_of[pair].first), pair[0])):
            rows = rows_of.pop((device, word))
            if (device, word) not in known and self._is_told(device, word, rows):
                new_to_home = home_first[word] == rows.first.first_us
                if device or new_to_home:
                    yield _finding(device, word, rows, new_to_home, self._cause_of(device, rows.first.first_us))

    def _see(self, first: First) -> None:
        begun = self._begun.get(first.device_id)
        if begun is None or first.first_us < begun:
            self._begun[first.device_id] = first.first_us

    def _is_told(self, device: int, word: _Word, rows: _Rows) -> bool:
        """Whether the home and the device are learned, and no finding of its company tells of a site."""
        company = rows.first.company
        learned = max(self._begun[device], min(self._begun.values())) + LEARNING_US
        return rows.first.first_us >= learned and (
            word.kind is not FindingKind.NEW_NAME
            or company is None
            or (device, _Word(FindingKind.NEW_COMPANY, company)) in self._known_companies
        )


def _words(first: First) -> Iterator[_Word]:
    yield from _companies(first)
    yield from _sites(first)


def _companies(first: First) -> Iterator[_Word]:
    if first.company is not None:
        yield _Word(FindingKind.NEW_COMPANY, first.company)


def _sites(first: First) -> Iterator[_Word]:
    yield _Word(FindingKind.NEW_NAME, first.site)


def _finding(device: int, word: _Word, rows: _Rows, new_to_home: bool, cause: Cause) -> Finding:
    loud = QUIET + LOUDER * (new_to_home + rows.first.tracking + (cause is not Cause.NONE))
    names = tuple(row.name for row in rows.earliest())
    return Finding(
        word.kind, device, rows.first.company, word.key, names, rows.first.first_us, rows.last_us,
        rows.count, confidence=round(loud, 2), cause=cause,
    )  # fmt: skip
