# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue: public blocklists that a home can subscribe to, each fetched from its publisher when turned on."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from store.config.choices import ListFormat, ListPurpose, ListSize

ON_AT_FIRST_MAX = 2  # a home that has chosen nothing yet must not break

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")  # safe in a URL and as a file name; never "pack:…"


class CatalogueError(ValueError):
    """catalogue.toml holds what it must not. The message names the entry and the reason."""


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One public blocklist, as its publisher gives it."""

    id: str
    title: str
    source: str  # https URL
    format: str
    licence: str
    purpose: str  # the group on the page
    about: str  # one plain sentence
    size: str
    on: bool  # on from the first start
    homepage: str  # https URL
    breaks: str = "hardly"  # how often a site or an app needs an exception
    company: str = ""  # the one whose names it is about
    region: str = ""  # the one that it is made for


BREAKS = ("hardly", "sometimes", "often")
_OPTIONAL = {"breaks", "company", "region"}
_FIELDS = {field.name for field in fields(CatalogueEntry)} - _OPTIONAL


def load() -> tuple[CatalogueEntry, ...]:
    """Read the catalogue in the order of the page. Raises CatalogueError."""
    return parse((Path(__file__).parents[1] / "catalogue.toml").read_text(encoding="utf-8"))


def parse(text: str) -> tuple[CatalogueEntry, ...]:
    """Parse and check a whole catalogue. Raises CatalogueError for the first fault."""
    try:
        tables = tomllib.loads(text).get("list", [])
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"catalogue.toml cannot be read: {error}") from error
    entries = tuple(_entry(number, table) for number, table in enumerate(tables, 1))
    for key in ("id", "title", "source"):
        _refuse_repeats(key, [getattr(entry, key) for entry in entries])
    if sum(entry.on for entry in entries) > ON_AT_FIRST_MAX:
        raise CatalogueError(f"catalogue.toml: more than {ON_AT_FIRST_MAX} lists are on at first")
    return entries


def _entry(number: int, table: dict[str, object]) -> CatalogueEntry:
    where = f"catalogue.toml, list {number} ({table.get('id', 'no id')})"
    if set(table) - _OPTIONAL != _FIELDS:
        odd = ", ".join(sorted(set(table) - _OPTIONAL ^ _FIELDS))
        raise CatalogueError(f"{where}: missing or unknown keys: {odd}")
    texts = {key: value for key, value in table.items() if isinstance(value, str) and value}
    if set(texts) - _OPTIONAL != _FIELDS - {"on"} or not isinstance(table["on"], bool):
        raise CatalogueError(f"{where}: `on` must be true or false, and every other key a text")
    entry = CatalogueEntry(on=table["on"], **texts)
    fault = _fault(entry)
    if fault:
        raise CatalogueError(f"{where}: {fault}")
    return entry


def _fault(entry: CatalogueEntry) -> str:
    """Say what is wrong with one entry, or return the empty string."""
    if not _ID.fullmatch(entry.id):
        return "the id must be lower-case words joined by hyphens"
    words_of = (
        (entry.format, ListFormat), (entry.purpose, ListPurpose), (entry.size, ListSize), (entry.breaks, BREAKS),
    )  # fmt: skip
    for value, words in words_of:
        known = tuple(words)
        if value not in known:
            return f"{value!r} is none of {', '.join(known)}"
    if not all(url.startswith("https://") for url in (entry.source, entry.homepage)):
        return "source and homepage must begin with https://"
    return ""


def _refuse_repeats(key: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise CatalogueError(f"catalogue.toml: two lists have the {key} {value}")
        seen.add(value)
