# SPDX-License-Identifier: GPL-3.0-or-later
"""companies.txt: companies with the country of their seat, their domains, and what names of theirs are for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from blocklists.whose.statement import Heed, Row, Statement
from store.names.purpose import Purpose

SOURCE = "companies"
ZONES, HOSTED, LABELS = "zones", "hosted", "labels "
_COUNTRY = re.compile("[A-Z]{2}")
_KEY = re.compile(r"(?P<what>[a-z]+)(?: \((?P<product>[^)]+)\))?: (?P<names>\S.*)")
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)*[a-z0-9-]*[a-z][a-z0-9-]*")


class CompaniesError(ValueError):
    """companies.txt holds a line that cannot be read. The message names line and reason."""


@dataclass(frozen=True, slots=True)
class Company:
    """One company: `name` is None for domains of many hosters in one block, `purpose` is that of its domains."""

    name: str | None
    country: str | None  # ISO 3166-1 alpha-2
    purpose: Purpose
    rows: list[Row] = field(default_factory=list)
    words: dict[str, Purpose] = field(default_factory=dict)  # what single words in its labels say


def load() -> list[Company]:
    """Read companies.txt. Raises CompaniesError."""
    return parse((Path(__file__).parents[1] / "companies.txt").read_text(encoding="utf-8"))


def parse(text: str) -> list[Company]:
    """Parse companies.txt, whose head tells the form. Raises CompaniesError, also where a name stands there twice."""
    companies: list[Company] = []
    owners: dict[str, str] = {}
    for number, line in _lines(text):
        try:
            if not line.startswith(" "):
                companies.append(_head(line))
                continue
            if line.lstrip().startswith(LABELS):
                purpose, _, words = line.lstrip().removeprefix(LABELS).partition(": ")
                companies[-1].words.update(dict.fromkeys(words.split(), Purpose(purpose)))
                continue
            for name, below, statement in _rows(line.strip(), companies[-1]):
                if name in owners:
                    raise ValueError(f"{name} stands there twice, first under {owners[name]}")
                owners[name] = companies[-1].name or "hosters"
                companies[-1].rows.append((name, below, statement))
        except (ValueError, IndexError) as error:
            raise CompaniesError(f"companies.txt, line {number}: {error}") from error
    return companies


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line with its number; what stands deeper than a key goes on with the line before."""
    number, whole = 0, ""
    for here, line in enumerate(text.splitlines(), 1):
        if line.startswith("      "):
            whole += " " + line.strip()
            continue
        if whole:
            yield number, whole
        number, whole = here, "" if line.startswith("#") else line.rstrip()
    if whole:
        yield number, whole


def _head(line: str) -> Company:
    cells = line.split(" | ")
    if len(cells) != 3:
        raise ValueError("not a company, its country and its purpose with | between")
    name, country, purpose = cells
    if country != "-" and not _COUNTRY.fullmatch(country):
        raise ValueError(f"{country!r} is no country of ISO 3166-1")
    whose = None if name.startswith("(") and name.endswith(")") else name
    return Company(whose, None if country == "-" else country, Purpose(purpose))


def _rows(line: str, company: Company) -> Iterator[Row]:
    key = _KEY.fullmatch(line)
    if key is None:
        raise ValueError("not a purpose, a colon and names")
    what, general = key["what"], key["what"] in (ZONES, HOSTED)
    purpose = company.purpose if general else Purpose(what)
    heed = Heed.ALL if general else Heed.TRACKING
    statement = Statement(SOURCE, company.name, key["product"], purpose, heed, hosted=what == HOSTED)
    for name in key["names"].split():
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name in lower case without a dot at its ends")
        yield name, True, statement
