# SPDX-License-Identifier: GPL-3.0-or-later
"""One source's word on one name, and how the words of several are laid over one another."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import IntEnum

from store.names.purpose import Kind, Purpose, kind_of


class Heed(IntEnum):
    """Which labels below a name are heard against the purpose that a source said of it."""

    NONE = 0  # it was said of these very names
    TRACKING = 1  # it was said of a service, in whose zone there may be names that report
    ALL = 2  # it was said of a company's domain as a whole


@dataclass(frozen=True, slots=True)
class Statement:
    """What a source says of a name: None and UNKNOWN where it says nothing. Shared by the names that it holds for."""

    source: str  # "pack:xiaomi", "companies", "companiesdb", "correction" …
    company: str | None = None
    product: str | None = None
    purpose: Purpose = Purpose.UNKNOWN
    heed: Heed = Heed.ALL  # which labels below the name may say a purpose that counts more than this one
    hosted: bool = False  # names below belong to customers of `company`
    doubtful: bool = False  # the purpose is the name's own: of those below, some are known to report

    def over(self, below: "Statement | None") -> "Statement":
        """Return this with its gaps filled from a statement on the same name that counts less."""
        if below is None:
            return self
        same = self.company in (None, below.company)
        silent = self.purpose is Purpose.UNKNOWN
        return replace(
            self,
            company=self.company or (None if self.hosted else below.company),
            product=self.product or (below.product if same else None),
            purpose=below.purpose if silent else self.purpose,
            heed=below.heed if silent else self.heed,
        )


Row = tuple[str, bool, Statement]  # name; whether it speaks of all below it, too; what it says


class Layers:
    """Statements by name, laid over one another: what comes later counts more on the same name.

    Two plain dicts; their size is that of the tables (some ten thousand names).
    """

    def __init__(self) -> None:
        self.suffixes: dict[str, Statement] = {}
        self.exact: dict[str, Statement] = {}
        self._shared: dict[Statement, Statement] = {}

    def lay(self, rows: Iterable[Row]) -> None:
        """Lay rows over what is there. What an exact row says of the company holds below its name, too."""
        for name, below, statement in rows:
            if below:
                self._put(self.suffixes, name, statement)
                continue
            self._put(self.exact, name, statement)
            if name not in self.suffixes:
                self._put(self.suffixes, name, Statement(statement.source, statement.company))

    def inherit(self) -> None:
        """Give each name that says nothing of its purpose that of the nearest name above it.

        Only from a name of the same company: what a hoster's domain is for says nothing of what its customers do there.
        A suffix below which customers have names is its hoster's itself.
        """
        for name in sorted(self.suffixes, key=lambda name: name.count(".")):
            statement = self.suffixes[name]
            above = self._above(name)
            if above is None:
                continue
            if statement.hosted and statement.company is None and above.hosted:
                self._put(self.suffixes, name, replace(statement, company=above.company))
            elif statement.purpose is Purpose.UNKNOWN and not above.hosted and above.company == statement.company:
                self._put(self.suffixes, name, replace(statement, purpose=above.purpose, heed=above.heed))

    def doubt(self, makers: AbstractSet[str | None]) -> None:
        """Mark domains whose use says nothing of the names in them: in which a name is known that reports, and all of
        `makers`, companies whose devices report. Called once all is laid.
        """
        reporting = set[str]()
        for table in (self.suffixes, self.exact):
            for name, statement in table.items():
                if kind_of(statement.purpose) is Kind.TRACKING:
                    reporting.update(_all_above(name))
        for name, statement in self.suffixes.items():
            if kind_of(statement.purpose) is not Kind.USE or statement.heed is Heed.NONE:
                continue
            if name in reporting or (statement.heed is Heed.ALL and statement.company in makers):
                doubtful = replace(statement, doubtful=True)
                self.suffixes[name] = self._shared.setdefault(doubtful, doubtful)

    def _above(self, name: str) -> Statement | None:
        return next((self.suffixes[above] for above in _all_above(name) if above in self.suffixes), None)

    def _put(self, table: dict[str, Statement], name: str, statement: Statement) -> None:
        whole = statement.over(table.get(name))
        table[name] = self._shared.setdefault(whole, whole)


def _all_above(name: str) -> Iterator[str]:
    while name := name.partition(".")[2]:
        yield name
