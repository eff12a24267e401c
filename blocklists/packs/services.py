# SPDX-License-Identifier: GPL-3.0-or-later
"""Services that a home may turn off: a social network, a game, a shop … by the names that they need. services/*.toml.

A file is a category, a table a service: `title`, `about` and `breaks` in words, `within` other services below whose
names its own stand, and under `names` by source (SOURCES.md beside it) the names. A name stands for itself with all
below it; `=name` for itself alone. A service is a blocklist, `service:<id>`, off until somebody turns it on.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from blocklists.rules.rule import Kind
from store.base.sentences import say

PREFIX = "service:"  # of a blocklist's id that is a service

# File → what people call the category, in the order of the page.
CATEGORIES: Mapping[str, str] = {
    "social": say("Social networks"),
    "video": say("Films and video"),
    "music": say("Music and radio"),
    "games": say("Games"),
    "messaging": say("Messages and calls"),
    "shopping": say("Shops"),
    "ai": say("Assistants (AI)"),
    "gambling": say("Gambling"),
    "dating": say("Dating"),
    "adult": say("Adult"),
    "vpn": say("VPN"),
    "dns": say("Encrypted DNS"),
    "storage": say("Files elsewhere"),
    "remote": say("Remote control"),
}
SOURCES = ("site", "maker", "v2fly", "adguard", "facts", "code")
_EXACT = "="
MAX_KNOWN = 65_536  # names of which it is remembered what they belong to: those of a home's months, some 10 MB


class ServiceError(ValueError):
    """A file of services holds what it must not. The message names file, service and reason."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service. `names` as pairs of name and whether it is meant alone; `sources` says whence each is known."""

    id: str
    title: str
    category: str
    about: str
    breaks: str
    within: tuple[str, ...]
    names: tuple[tuple[str, bool], ...]
    sources: tuple[str, ...]

    @property
    def blocklist_id(self) -> str:
        return f"{PREFIX}{self.id}"

    @property
    def rules(self) -> list[tuple[Kind, str]]:
        """What it blocks, as rules: before what lists let through, after what a list that allows says."""
        kinds = {True: Kind.BLOCK_EXACT_IMPORTANT, False: Kind.BLOCK_SUFFIX_IMPORTANT}
        return [(kinds[alone], name) for name, alone in self.names]


@cache
def load() -> tuple[Service, ...]:
    """Every service, by category and then as its file has them. Raises ServiceError."""
    return tuple(
        _service(category, service_id, table)
        for category in CATEGORIES
        for service_id, table in tomllib.loads(_file(category).read_text("utf-8")).items()
    )


def of_list(blocklist_id: str) -> Service | None:
    """The service that is this blocklist; None where there is none, as of one that is gone."""
    return next((service for service in load() if service.blocklist_id == blocklist_id), None)


@lru_cache(maxsize=MAX_KNOWN)
def holding(name: str) -> tuple[str, ...]:
    """The ids of the services that a name belongs to, as blocking them would judge it; () for most names."""
    below, alone = _by_name()
    labels = name.split(".")
    endings = (".".join(labels[at:]) for at in range(len(labels)))
    ids = [*alone.get(name, ()), *(service for ending in endings for service in below.get(ending, ()))]
    return tuple(dict.fromkeys(ids))


@cache
def _by_name() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Name → services that have it with all below it; and that have it alone."""
    below, only = dict[str, list[str]](), dict[str, list[str]]()
    for service in load():
        for name, alone in service.names:
            (only if alone else below).setdefault(name, []).append(service.id)
    return below, only


def line_of(blocklist_id: str, kind: Kind, name: str) -> tuple[int, str] | None:
    """(number, text) of the line that gives a rule of a service."""
    service = of_list(blocklist_id)
    if service is None:
        return None
    written, inside = f'"{"" if kind.subdomains else _EXACT}{name}"', False
    for number, line in enumerate(_file(service.category).read_text("utf-8").splitlines(), 1):
        if line.startswith("["):
            inside = line == f"[{service.id}]"
        elif inside and written in line:
            return number, line.strip()
    return None


def _file(category: str) -> Path:
    return Path(__file__).parents[1] / "services" / f"{category}.toml"


def _service(category: str, service_id: str, table: Mapping[str, Any]) -> Service:
    where = f"services/{category}.toml, [{service_id}]"
    unknown = set(table) - {"title", "about", "breaks", "within", "names"}
    by_source = table.get("names", {})
    if unknown or not table.get("title") or not by_source or set(by_source) - set(SOURCES):
        raise ServiceError(f"{where}: a title, and names by source are needed, and nothing unknown ({sorted(unknown)})")
    names = [(written, source) for source, group in by_source.items() for written in group]
    if len({written for written, _ in names}) < len(names):
        raise ServiceError(f"{where}: a name stands there twice")
    return Service(
        id=service_id, title=table["title"], category=category, about=table.get("about", ""),
        breaks=table.get("breaks", ""), within=tuple(table.get("within", ())),
        names=tuple((written.removeprefix(_EXACT), written.startswith(_EXACT)) for written, _ in names),
        sources=tuple(source for _, source in names),
    )  # fmt: skip
