# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run found: figures with all their values, so that medians and spreads can be told later."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

TELLTALE = "Telltale"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of one server; a value a round. `note`: what a reader must know beside it."""

    measure: str
    server: str
    unit: str
    values: tuple[float, ...]
    note: str = ""

    @property
    def median(self) -> float:
        return median(self.values)


@dataclass(slots=True)
class Results:
    """A whole run. `skipped`: what was not measured → why, in plain words."""

    machine: dict[str, Any]
    options: dict[str, Any]
    figures: list[Figure] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)

    def find(self, measure: str, server: str = TELLTALE) -> Figure | None:
        """The figure of that measure and server, if it was measured."""
        return next((one for one in self.figures if (one.measure, one.server) == (measure, server)), None)

    def value(self, measure: str, server: str = TELLTALE) -> float | None:
        """Its median."""
        found = self.find(measure, server)
        return found.median if found else None

    def take(self, later: "Results") -> None:
        """Take in a later run: what it measured counts, and the rest stays. `options["again"]` tells which that was."""
        new = {(one.measure, one.server) for one in later.figures}
        self.figures = [one for one in self.figures if (one.measure, one.server) not in new] + later.figures
        took = later.options.get("took", {})  # it was stopped before the end of its first measure
        self.skipped = {what: why for what, why in self.skipped.items() if what not in took}
        self.skipped |= later.skipped
        again = {key: later.machine[key] for key in ("commit", "date", "changed")} | {"what": [*took]}
        self.options.setdefault("again", []).append(again)

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(path: Path) -> Results:
    """What `save` wrote."""
    found = json.loads(path.read_text(encoding="utf-8"))
    figures = [Figure(**{**one, "values": tuple(one["values"])}) for one in found.pop("figures")]
    return Results(**found, figures=figures)
