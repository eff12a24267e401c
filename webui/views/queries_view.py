# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log as the page and its live tail show it: the filters of the address, and a record as a row."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query

from resolver.answer.judge import HOME
from resolver.answer.let_through import EXCEPTION, PAUSE, SCHEDULE
from resolver.answer.safe_search import LIST as SAFE_SEARCH
from store.base import db
from store.base.sentences import say
from store.config import list_status
from store.log.records import COLUMNS, COUNTED, Column, QueryRow, Verdict
from store.log.values import AHEAD_US, MAX_NAMES_TEXT, QueryFilter, Source
from store.names.purpose import Kind
from webui.http.problems import Problem
from webui.http.state import WebUi
from webui.views import formatting, kind_words, labels, log_times, timerange

Text = Annotated[str, Query(max_length=300)]


@dataclass(frozen=True, slots=True)
class FilterForm:
    """The filters as they were asked for: texts, "" where nothing was."""

    device: int | None = None
    client: str = ""
    name: str = ""
    verdict: str = ""
    list: str = ""
    company: str = ""
    kind: str = ""
    type: str = ""
    source: str = ""
    names: str = ""
    from_text: str = ""
    to_text: str = ""
    purpose: str = ""
    origin: str = ""
    rcode: str = ""
    hide: str = ""
    range: str = ""
    fold: str = ""
    transport: str = ""
    dnssec: str = ""
    now_us: int = field(default_factory=lambda: time.time_ns() // 1000)

    @property
    def any(self) -> bool:
        return bool(self.pairs().keys() - {"fold"})

    @property
    def rare(self) -> bool:
        """Whether something is asked for that more than a time, which the page shows as such, narrows down."""
        return bool(self.pairs().keys() - {"range", "from", "to", "fold"})

    def pairs(self) -> dict[str, str]:
        """The filled ones as they stand in an address."""
        fields = {
            "device": str(self.device or ""),
            "client": self.client,
            "name": self.name,
            "verdict": self.verdict,
            "list": self.list,
            "company": self.company,
            "kind": self.kind,
            "type": self.type,
            "source": self.source,
            "names": self.names,
            "purpose": self.purpose,
            "origin": self.origin,
            "rcode": self.rcode,
            "hide": self.hide,
            "range": "" if self.from_text or self.to_text else self.range,
            "from": self.from_text,
            "to": self.to_text,
            "fold": self.fold,
            "transport": self.transport,
            "dnssec": self.dnssec,
        }
        return {key: value for key, value in fields.items() if value}

    def address(self, path: str, **more: str) -> str:
        """`path` with the filters and `more` as its query; what is "" in `more` is left out."""
        pairs = {key: value for key, value in (self.pairs() | more).items() if value}
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def range_query(self) -> str:
        """The time as the query of another page's address; "" where none is asked for."""
        if self.range == log_times.NIGHT:
            from_us, to_us = log_times.span(self.range, self.now_us)
            return urlencode({"from": timerange.iso(from_us), "to": timerange.iso(to_us)})
        return urlencode({key: value for key, value in self.pairs().items() if key in ("range", "from", "to")})

    def without(self, *keys: str) -> str:
        """The address of the log without some of the filters."""
        return self.address("/queries", **dict.fromkeys(keys, ""))

    def row_base(self, cursor: str = "") -> str:
        """The address of the log to which `row=` of one of its rows is added."""
        return self.address("/queries", cursor=cursor) + ("&" if self.pairs() or cursor else "?")

    def filters(self) -> QueryFilter:
        """For the log, up to now where nothing else is asked for. Raises a 422 problem for a time that is none."""
        from_us, to_us = self.span()
        return QueryFilter(
            device=self.device,
            client=self.client or None,
            name=self.name.strip().lower() or None,
            verdict=COUNTED[self.verdict] if self.verdict else None,
            list=self.list or None,
            company=self.company or None,
            kind=self.kind or None,
            type=self.type.strip().upper() or None,
            source=self.source or None,
            names=self.names or None,
            purpose=self.purpose or None,
            origin=self.origin or None,
            rcode=self.rcode.strip() or None,
            hide=self.hide or None,
            transport=self.transport or None,
            dnssec=self.dnssec or None,
            from_us=from_us,
            to_us=self.now_us + AHEAD_US if to_us is None else to_us,
        )

    def span(self) -> tuple[int | None, int | None]:
        """From and to in µs, None where nothing was asked for; up to now is None too, so that the log may go on."""
        if self.range and not (self.from_text or self.to_text):
            from_us, to_us = log_times.span(self.range, self.now_us)
            return from_us, to_us if to_us < self.now_us else None
        return _moment(self.from_text, "from", self.now_us), _moment(self.to_text, "to", self.now_us)


def filter_form(
    device: Annotated[str, Query(max_length=12)] = "",
    client: Text = "",
    name: Text = "",
    verdict: Text = "",
    list_: Annotated[str, Query(alias="list", max_length=300)] = "",
    company: Text = "",
    kind: Annotated[str, Query(max_length=20)] = "",
    type_: Annotated[str, Query(alias="type", max_length=20)] = "",
    from_: Annotated[str, Query(alias="from", max_length=40)] = "",
    to: Annotated[str, Query(max_length=40)] = "",
    source: Annotated[str, Query(max_length=40)] = "",
    names: Annotated[str, Query(max_length=MAX_NAMES_TEXT)] = "",
    purpose: Annotated[str, Query(max_length=40)] = "",
    origin: Annotated[str, Query(max_length=20)] = "",
    rcode: Annotated[str, Query(max_length=20)] = "",
    range_: Annotated[str, Query(alias="range", max_length=20)] = "",
    fold: Annotated[str, Query(max_length=3)] = "",
    hide: Annotated[str, Query(max_length=300)] = "",
    transport: Annotated[str, Query(max_length=20)] = "",
    dnssec: Annotated[str, Query(max_length=20)] = "",
) -> FilterForm:
    """Dependency. A form sends empty fields too, so "" is no filter; what cannot be one is a 422 problem."""
    if device and not device.isdecimal():
        raise Problem(422, say("device is the number of a device."))
    if verdict and verdict not in COUNTED:
        raise Problem(422, say("verdict is one of {verdicts}.", verdicts=", ".join(COUNTED)))
    if source and source not in tuple(Source):
        raise Problem(422, say("source is one of {sources}.", sources=", ".join(Source)))
    if kind and kind not in kind_words.KINDS:
        raise Problem(422, say("kind is one of {kinds}.", kinds=", ".join(kind_words.KINDS)))
    if purpose and purpose not in kind_words.PURPOSES:
        raise Problem(422, say("purpose is one of {purposes}.", purposes=", ".join(kind_words.PURPOSES)))
    if origin and origin not in labels.ORIGINS:
        raise Problem(422, say("origin is one of {origins}.", origins=", ".join(labels.ORIGINS)))
    if transport and transport not in labels.TRANSPORTS:
        raise Problem(422, say("transport is one of {transports}.", transports=", ".join(labels.TRANSPORTS)))
    if dnssec and dnssec not in labels.SIGNATURES:
        raise Problem(422, say("dnssec is one of {words}.", words=", ".join(labels.SIGNATURES)))
    number = int(device) if device else None
    known_range = range_ if range_ in log_times.TITLES else ""
    return FilterForm(number, client, name, verdict, list_, company, kind, type_, source, names, from_, to,
                      purpose, origin, rcode, hide, known_range, "no" if fold == "no" else "", transport,
                      dnssec)  # fmt: skip


Filters = Annotated[FilterForm, Depends(filter_form)]


@dataclass(frozen=True, slots=True)
class RowView(QueryRow):
    """A record as a row: `list` is its title, `reason` says what decided; `facts`, as (title, value), what has no
    sentence of its own.
    """

    seconds: float
    reason: str
    facts: tuple[tuple[str, str], ...]

    @property
    def may_rule(self) -> bool:
        """Whether a rule of one's own would change what becomes of it."""
        return bool(self.name) and self.verdict in ("BLOCK", "PASS", "ALLOW")


def view(row: QueryRow, titles: Mapping[str, str]) -> RowView:
    """`titles`: blocklist id → title; a list that was removed since is shown by its id."""
    title = title_of(row.list or "", titles, row.list_title or "")
    values = {column.name: getattr(row, column.name) for column in COLUMNS}
    values |= {"client": row.client or formatting.UNKNOWN, "list": title}
    if row.verdict in _PASSING and row.rcode not in ("NOERROR", "NXDOMAIN"):
        values["verdict"] = "FAILED"
    reason = say("its signatures do not hold") if row.dnssec == "bogus" else title
    return RowView(**values, seconds=row.time_us / 1_000_000, reason=reason, facts=facts(row, COLUMNS))


def outcome(row: RowView) -> tuple[str, str]:
    """(class, words): what became of it. That tracking was answered is said as what it is: it got through."""
    if row.verdict in ("PASS", "ALLOW") and row.kind == Kind.TRACKING.word:
        return "leaked", say("got through")
    return _OUTCOMES.get(row.verdict or "", ("other", row.verdict or ""))


_OUTCOMES = {
    "BLOCK": ("stopped", say("blocked")),
    "PASS": ("passed", say("let through")),
    "ALLOW": ("allowed", say("allowed")),
    "LOCAL": ("local", say("answered here")),
    "REFUSE": ("refused", say("refused")),
    "FAILED": ("failed", say("failed")),
}


ONLY_WHERE_SAID = tuple(
    column.title for column in COLUMNS if column.name in ("source", "transport", "dnssec", "dnssec_reason")
)
# What stands in place of a blocklist's id, as people read it.
_OURS = {
    HOME: say("your own rule"), PAUSE: say("a pause of blocking"), EXCEPTION: say("an exception for a while"),
    SCHEDULE: say("a schedule"), SAFE_SEARCH: say("safe search"),
}  # fmt: skip
_PASSING = (Verdict.PASS.name, Verdict.ALLOW.name)


def title_of(blocklist: str, titles: Mapping[str, str], title: str = "") -> str:
    """What decided, as people call it; `title`: of a list that is gone by now, as the log knows it."""
    return _OURS.get(blocklist) or titles.get(blocklist, title or blocklist)


_FACTS = {**labels.SOURCES, **labels.TRANSPORTS}
_OF_COLUMN: Mapping[str, Mapping[str, str]] = {"dnssec": labels.SIGNATURES, "dnssec_reason": labels.FAULTS}


def facts(row: QueryRow, columns: Iterable[Column]) -> tuple[tuple[str, str], ...]:
    """(title, value) of the columns that have one."""
    titled = ((column, column.title, getattr(row, column.name)) for column in columns if column.title)
    return tuple(
        (title, formatting.UNKNOWN if value is None else _OF_COLUMN.get(column.name, _FACTS).get(value, str(value)))
        for column, title, value in titled
        if not (value is None and title in ONLY_WHERE_SAID)
    )


def titles(ui: WebUi) -> dict[str, str]:
    """Blocklist id → title; {} while config.db cannot be read."""
    try:
        with contextlib.closing(db.connect(ui.state / "config.db", read_only=True)) as con:
            return list_status.titles(con)
    except sqlite3.Error:
        return {}


def _moment(text: str, field_name: str, now_us: int) -> int | None:
    return timerange.moment(text, field_name, now_us) if text else None
