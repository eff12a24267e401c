# SPDX-License-Identifier: GPL-3.0-or-later
"""What a few letters may mean anywhere in Telltale: pages, settings, devices, companies, lists, rules, names.

Reads small tables and, of the query log, its names alone; never a record. What somebody types is text, and so is what
is found: a name from the network may be anything.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter
from urllib.parse import quote

from store.base.sentences import say
from store.config import devices, known_settings, list_status
from store.log.protocol import LogReader
from store.names import rule_names
from store.names.list_anchor import page_of
from webui.frame import setting_areas
from webui.frame.search_places import PLACES
from webui.numbers.home_view import company_page

MAX_TEXT = 300  # characters: longer than any name
BEGINS, WORD_BEGINS, HOLDS, OTHERWISE = range(4)  # how well something fits, best first
_SERVICE = "service:"


@dataclass(frozen=True, slots=True)
class Hit:
    """`title` is text of the home or the network where `foreign`. `fit`: how well the words fit, 0 best."""

    title: str
    href: str
    about: str = ""
    foreign: bool = True
    fit: int = BEGINS


@dataclass(frozen=True, slots=True)
class HitGroup:
    key: str
    title: str
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Found:
    """`name`: what was typed as a name that can be explained, blocked and allowed; "" where it is none."""

    text: str
    name: str = ""
    groups: list[HitGroup] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sources:
    """What is searched. `titles`: of settings; `told`: a sentence in the reader's language; `may`: of pages,
    whether the reader may open them."""

    config: sqlite3.Connection
    log: LogReader
    titles: Mapping[str, str]
    told: Callable[[str], str]
    may: Callable[[str], bool] = lambda href: True


def find(text: str, sources: Sources, limit: int = 6) -> Found:
    """At most `limit` hits of each kind; kinds with the best fit first. Nothing for an empty text."""
    text = " ".join(text[:MAX_TEXT].split())
    words = text.casefold().split()
    if not words:
        return Found("")
    groups = [
        HitGroup("pages", say("Pages"), _best(_places(words, sources), limit)),
        HitGroup("devices", say("Devices"), _best(_devices(words, sources.config), limit)),
        HitGroup("companies", say("Companies"), _companies(text, sources.log, limit)),
        HitGroup("settings", say("Settings"), _best(_settings(words, sources), limit)),
        HitGroup("blocklists", say("Blocklists"), _best(_lists(words, sources.config, services=False), limit)),
        HitGroup("services", say("Services"), _best(_lists(words, sources.config, services=True), limit)),
        HitGroup("groups", say("Groups"), _best(_groups(words, sources.config), limit)),
        HitGroup("rules", say("Your own rules"), _rules(text, sources.config, limit)),
        HitGroup("names", say("Names in the query log"), _names(text, sources.log, limit)),
    ]
    filled = [group for group in groups if group.hits]
    return Found(text, as_name(text), sorted(filled, key=lambda group: min(hit.fit for hit in group.hits)))


def as_name(text: str) -> str:
    """The name that was typed, as it is asked for; "" for what is none, or has one label alone."""
    try:
        name = rule_names.normalise(text)
    except ValueError:
        return ""
    return name if "." in name else ""


def fit_of(words: Iterable[str], title: str, otherwise: str = "") -> int | None:
    """How well all the words (casefolded) fit a title; None where one is neither there nor in the other words."""
    text, more = title.casefold(), otherwise.casefold()
    worst = BEGINS
    for place, word in enumerate(words):
        if text.startswith(word) and place == 0:
            fit = BEGINS
        elif f" {word}" in f" {text}":
            fit = WORD_BEGINS if place == 0 else BEGINS
        elif word in text:
            fit = HOLDS
        elif word in more:
            fit = OTHERWISE
        else:
            return None
        worst = max(worst, fit)
    return worst


def _best(hits: Iterator[Hit], limit: int) -> list[Hit]:
    return sorted(hits, key=attrgetter("fit"))[:limit]


def _places(words: list[str], sources: Sources) -> Iterator[Hit]:
    for place in filter(lambda place: sources.may(place.href), PLACES):
        fit = fit_of(words, sources.told(place.title), sources.told(place.words))
        if fit is not None:
            yield Hit(place.title, place.href, foreign=False, fit=fit)


def _settings(words: list[str], sources: Sources) -> Iterator[Hit]:
    for key, title in sources.titles.items():
        about = sources.told(known_settings.SETTINGS[key].about)
        fit = fit_of(words, sources.told(title), f"{key.replace('_', ' ')} {key} {about}")
        if fit is not None:
            yield Hit(title, setting_areas.href(key), foreign=False, fit=fit)


def _devices(words: list[str], config: sqlite3.Connection) -> Iterator[Hit]:
    """By name, maker, address or MAC address."""
    addresses: dict[int, str] = {}
    for table, column in (("device_mac", "mac"), ("client", "address")):
        sql = f"SELECT device_id, group_concat({column}, ' ') FROM {table} GROUP BY device_id"  # noqa: S608 - from above
        for number, texts in config.execute(sql):
            addresses[number] = f"{addresses.get(number, '')} {texts}"
    sql = "SELECT id, COALESCE(name, found_name, ''), COALESCE(maker, '') FROM device"
    for number, name, maker in config.execute(sql):
        fit = fit_of(words, name or maker, f"{maker} {addresses.get(number, '')}")
        if fit is not None:
            title = name or devices.display_name(devices.devices(config, number)[0])
            yield Hit(title, f"/devices/{number}", addresses.get(number, "").rpartition(" ")[2], fit=fit)


def _lists(words: list[str], config: sqlite3.Connection, services: bool) -> Iterator[Hit]:
    for number, title in list_status.titles(config).items():
        fit = fit_of(words, title, number) if number.startswith(_SERVICE) == services else None
        if fit is not None:
            yield Hit(title, page_of(number), fit=fit)


def _groups(words: list[str], config: sqlite3.Connection) -> Iterator[Hit]:
    for number, name in config.execute('SELECT id, name FROM "group"'):
        fit = fit_of(words, name)
        if fit is not None:
            yield Hit(name, f"/groups/{number}", fit=fit)


def _companies(text: str, log: LogReader, limit: int) -> list[Hit]:
    low = text.casefold()
    return [
        Hit(name, company_page(name), fit=BEGINS if name.casefold().startswith(low) else HOLDS)
        for name in log.companies_like(text, limit)
    ]


def _names(text: str, log: LogReader, limit: int) -> list[Hit]:
    """Explained, since what a person wants of a name is what becomes of it and why."""
    low = as_name(text) or text.lower()
    return [
        Hit(name, _explain(name), fit=WORD_BEGINS if name.startswith(low) else HOLDS)
        for name in log.names_like(low, limit)
    ]


def _rules(text: str, config: sqlite3.Connection, limit: int) -> list[Hit]:
    low = as_name(text) or text.lower()
    sql = "SELECT kind, name FROM rule WHERE instr(lower(name), ?1) OR instr(lower(comment), ?1)"
    names = {"block": say("blocks"), "allow": say("allows")}
    return [
        Hit(name, "/blocklists/rules", names[kind], fit=WORD_BEGINS if name.startswith(low) else HOLDS)
        for kind, name in islice(config.execute(sql, (low,)), limit)
    ]


def _explain(name: str) -> str:
    return f"/explain?name={quote(name, safe='')}"
