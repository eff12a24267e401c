# SPDX-License-Identifier: GPL-3.0-or-later
"""telemetry.tsv: single names whose purpose lists under permissive licences tell, and no other table of ours."""

from collections.abc import Iterator
from pathlib import Path

from blocklists.whose.statement import Heed, Row, Statement
from store.names.purpose import Purpose

SOURCE = "telemetry"


def load() -> Iterator[Row]:
    """Yield the rows of telemetry.tsv. Raises ValueError."""
    return rows((Path(__file__).parents[1] / "telemetry.tsv").read_text(encoding="utf-8"))


def rows(text: str) -> Iterator[Row]:
    """Yield the rows of the text of a telemetry.tsv: name, scope, company, product, purpose. Raises ValueError."""
    last = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != 5 or cells[1] not in ("exact", "suffix"):
            raise ValueError(
                f"telemetry.tsv, line {number}: not a name, exact or suffix, a company, a product and a purpose"
            )
        name, scope, company, product, purpose = cells
        if name <= last:
            raise ValueError(f"telemetry.tsv, line {number}: {name} stands there twice or out of order")
        last = name
        yield name, scope == "suffix", Statement(SOURCE, company or None, product or None, Purpose(purpose), Heed.NONE)
