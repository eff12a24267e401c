# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters in force as chips, each with the address of the log without it; and those that one click sets. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from store.base.sentences import say, say_as
from webui.views import kind_words, labels, log_times
from webui.views.queries_view import FilterForm

KEYS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("j", "k", "↓", "↑"), say("next and previous row")),
    ((say_as("key", "Enter"),), say("details of the row")),
    (("b",), say("details, at what blocks or allows it")),
    (("e",), say("explain the name")),
    (("n",), say("show the new rows that wait")),
    (("p",), say("pause new rows, and go on")),
    ((say_as("key", "Esc"),), say("close")),
    (("?",), say("this list")),
)
UNKNOWN = "unknown"  # a company that nobody knows
SOURCES: Mapping[str, str] = {"own": say("this appliance"), "imported": say("imported"), **labels.SOURCES}


@dataclass(frozen=True, slots=True)
class Chip:
    """key: of the filter in an address; title: what kind it is; words: its value. href: the log without it."""

    key: str
    title: str
    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What one click asks for; `on`: it holds now, and the click takes it away."""

    title: str
    href: str
    on: bool
    look: str = ""


def chips(form: FilterForm, devices: Mapping[int, str], titles: Mapping[str, str]) -> list[Chip]:
    """`devices`, `titles`: id → name of devices and blocklists."""
    words = {
        "device": (say("Device"), devices.get(form.device or 0, str(form.device))),
        "client": (say("Address"), form.client),
        "name": (say("Name"), form.name),
        "names": (say("Names"), form.names),
        "verdict": (say("Verdict"), labels.VERDICTS.get(form.verdict, form.verdict)),
        "kind": (say("Kind"), kind_words.KINDS.get(form.kind, form.kind)),
        "purpose": (say("Purpose"), kind_words.PURPOSES.get(form.purpose, form.purpose)),
        "company": (say("Company"), say("not known") if form.company == UNKNOWN else form.company),
        "list": (say("Blocklist"), titles.get(form.list, form.list)),
        "type": (say("Type"), form.type.upper()),
        "origin": (say("Answered from"), labels.ORIGINS.get(form.origin, form.origin)),
        "transport": (say("Came over"), labels.TRANSPORTS.get(form.transport, form.transport)),
        "dnssec": (say("Signatures"), labels.SIGNATURES.get(form.dnssec, form.dnssec)),
        "rcode": (say("Response"), form.rcode.upper()),
        "hide": (say("Not in the name"), form.hide),
        "source": (say("From the log of"), SOURCES.get(form.source, form.source)),
    }
    filled = form.pairs()
    return [Chip(key, *words[key], form.without(key)) for key in words if key in filled]


def quick(form: FilterForm) -> list[Choice]:
    """What people look for most, each one click."""
    wanted: tuple[tuple[str, str, dict[str, str]], ...] = (
        (say("Blocked"), "stopped", {"verdict": "BLOCK"}),
        (say("Tracking that got through"), "leaked", {"verdict": "PASS", "kind": "tracking"}),
        (say("Tracking"), "tracking", {"kind": "tracking"}),
        (say("Failed"), "failed", {"verdict": "FAILED"}),
    )
    have = {key: value for key, value in form.pairs().items() if key in ("verdict", "kind")}
    return [
        Choice(
            title,
            form.address("/queries", **{"verdict": "", "kind": "", **({} if pairs == have else pairs)}),
            pairs == have,
            look,
        )
        for title, look, pairs in wanted
    ]


def times(form: FilterForm) -> list[Choice]:
    """The stretches of time that have a word, and all of the log."""
    own = bool(form.from_text or form.to_text)
    known = [
        Choice(title, form.address("/queries", **{"range": key, "from": "", "to": ""}), form.range == key and not own)
        for key, title in log_times.TITLES.items()
    ]
    everything = form.without("range", "from", "to")
    return [Choice(say("All"), everything, not form.range and not own), *known]


def when(form: FilterForm) -> str:
    """The time that is asked for, as the end of a sentence; "" for all of it or a stretch of one's own."""
    return "" if form.from_text or form.to_text else log_times.WORDS.get(form.range, "")
