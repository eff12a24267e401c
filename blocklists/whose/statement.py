# SPDX-License-Identifier: GPL-3.0-or-later
"""One source's word on one name, and how the words of several are laid over one another."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from blocklists.whose.purpose import Purpose


@dataclass(frozen=True, slots=True)
class Statement:
    """What a source says of a name: None and UNKNOWN where it says nothing. Shared by the names that it holds for."""

    source: str  # "pack:xiaomi", "companies", "companiesdb", "correction" …
    company: str | None = None
    product: str | None = None
    purpose: Purpose = Purpose.UNKNOWN

    def over(self, below: "Statement | None") -> "Statement":
        """Return this with its gaps filled from a statement on the same name that counts less."""
        if below is None:
            return self
        same = self.company in (None, below.company)
        return replace(
            self,
            company=self.company or below.company,
            product=self.product or (below.product if same else None),
            purpose=below.purpose if self.purpose is Purpose.UNKNOWN else self.purpose,
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
            self._put(self.suffixes, name, Statement(statement.source, statement.company))

    def _put(self, table: dict[str, Statement], name: str, statement: Statement) -> None:
        whole = statement.over(table.get(name))
        table[name] = self._shared.setdefault(whole, whole)
