# SPDX-License-Identifier: GPL-3.0-or-later
"""Records of the home's own names: as people write them, checked, and as workers read them. Plain sqlite3.

A record stands for its name alone; `*.x` for every name below x that no nearer name is known of (RFC 4592). All records
of a name together are what it has: of a type that it has not, it has no data, and nobody else is asked.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address

from store.base.sentences import say, sentence_of
from store.config import custom_responses, endpoints
from store.names import rule_names
from wire import zones
from wire.resource_records import data_from_text
from wire.types import TYPE_NUMBERS

MAX_RECORDS = 10_000  # a home has tens, a laboratory some thousand; a hosts file of more is a blocklist
MAX_PER_NAME = custom_responses.MAX_RECORDS  # more would not fit a datagram
MAX_COMMENT = 500  # characters
MAX_CHAIN = 8  # names that CNAMEs lead through; people write one or two
TYPES = ("A", "AAAA", "CNAME", "PTR", "SRV", "TXT", "MX", "HTTPS")
_STAR = "*."


@dataclass(frozen=True, slots=True)
class LocalRecord:
    """A record: `name` in small letters, maybe `*.x`; `value` as a zone file has it."""

    name: str
    type: str
    value: str

    def __str__(self) -> str:
        return f"{self.name} {self.type} {self.value}"


def load(con: sqlite3.Connection) -> tuple[LocalRecord, ...]:
    """All records, the oldest first. Raises sqlite3.Error."""
    rows = con.execute("SELECT name, type, value FROM local_record ORDER BY id LIMIT ?", (MAX_RECORDS,))
    return tuple(LocalRecord(*row) for row in rows)


class WrongRecord(ValueError):  # noqa: N818 - which part is wrong is the point
    """No record; `part`: the field that is wrong."""

    def __init__(self, part: str, sentence: str) -> None:
        super().__init__(sentence)
        self.part = part


def check(name: str, type_: str, value: str) -> LocalRecord:
    """The record as it is kept; raises WrongRecord."""
    kind = type_.strip().upper()
    if kind not in TYPES:
        raise WrongRecord("type", say(
            "'{type}' is no type of a local record: choose {choices}.", type=type_.strip()[:20],
            choices=", ".join(TYPES),
        ))  # fmt: skip
    with _of_part("name"):
        owner = _owner(name, kind)
    with _of_part("value"):
        record = LocalRecord(owner, kind, _value(kind, value.strip()))
    if record.type == "CNAME" and record.value == record.name:
        raise WrongRecord("value", say("{name} cannot lead to itself.", name=record.name))
    return record


@contextmanager
def _of_part(part: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise WrongRecord(part, sentence_of(error)) from None


class RecordSet:
    """Records that can stand beside each other: CNAMEs stand alone and lead in no circle."""

    def __init__(self, records: Iterable[LocalRecord] = ()) -> None:
        self._by_name: dict[str, list[LocalRecord]] = {}
        for record in records:
            self._by_name.setdefault(record.name, []).append(record)

    def add(self, record: LocalRecord) -> None:
        """One more; raises ValueError with a sentence where it cannot stand beside the others."""
        same = self._by_name.get(record.name, [])
        if record in same:
            raise ValueError(say("There is this record already: {record}.", record=str(record)))
        if same and "CNAME" in (record.type, same[0].type):
            raise ValueError(say(
                "{name} has the record {other} already, and a CNAME stands alone: a name that leads elsewhere has no "
                "other records.", name=record.name, other=f"{same[0].type} {same[0].value}",
            ))  # fmt: skip
        if len(same) >= MAX_PER_NAME:
            raise ValueError(say("A name has at most {most} records.", most=MAX_PER_NAME))
        self._by_name[record.name] = [*same, record]
        if record.type == "CNAME" or record.name.startswith(_STAR):
            _check_chains(self._by_name)


def check_together(records: Iterable[LocalRecord]) -> None:
    """Raise ValueError with a sentence where records do not stand beside each other, however they came to."""
    by_name: dict[str, list[LocalRecord]] = {}
    for record in records:
        by_name.setdefault(record.name, []).append(record)
    for name, same in by_name.items():
        if len(same) > 1 and any(record.type == "CNAME" for record in same):
            raise ValueError(say("{name} would have a CNAME and other records, and a CNAME stands alone.", name=name))
    _check_chains(by_name)


def covering(names: Mapping[str, object], between: frozenset[str], name: str) -> str | None:
    """The wildcard among `names` that stands for `name`, as RFC 4592 finds it: at the closest name above that there is.

    `between`: as `existing` gives it. None: there is none, or `name` is known itself.
    """
    if name in between:
        return None
    above = name.partition(".")[2]
    while above:
        if above in between:
            wildcard = _STAR + above
            return wildcard if wildcard in names else None
        above = above.partition(".")[2]
    return None


def existing(names: Iterable[str]) -> frozenset[str]:
    """Every name that there is when these are: they, and those above them, be it without records."""
    known: set[str] = set()
    for name in names:
        while name and name not in known:
            known.add(name)
            name = name.partition(".")[2]
    return frozenset(known)


def _owner(text: str, kind: str) -> str:
    name = text.strip()
    if kind == "PTR":
        try:
            return ip_address(name).reverse_pointer
        except ValueError:
            pass  # the name itself, in in-addr.arpa or ip6.arpa
    star = _STAR if name.startswith(_STAR) else ""
    owner = rule_names.normalise(name.removeprefix(_STAR))
    if owner == "localhost" or owner.endswith(".localhost"):
        raise ValueError(say("localhost is each machine's own, and stays so."))
    if star and zones.is_zone(owner) and owner not in zones.HOME_ZONES and owner not in ("test", "example"):
        raise ValueError(say("*.{zone} would take away names of others; name a domain of your own.", zone=owner))
    return star + owner


def _value(kind: str, text: str) -> str:
    if kind == "A":
        value = endpoints.check_ipv4(text)
    elif kind == "AAAA":
        value = endpoints.check_ipv6(text)
    else:
        if kind == "TXT" and re.fullmatch(r'"[^"]*"', text):
            text = text[1:-1]
        try:
            value = custom_responses.record(kind, text)[1]
            data_from_text(TYPE_NUMBERS[kind], value)
        except ValueError as error:
            raise ValueError(sentence_of(error)) from None
        except Exception:
            raise ValueError(say("'{value}' cannot be the value of {type}.", value=text[:80], type=kind)) from None
    if not value:
        raise ValueError(say("A record of type {type} needs a value.", type=kind))
    if kind in ("CNAME", "PTR") and (value == "." or value.startswith(_STAR)):
        raise ValueError(say("'{value}' is no name that a record can lead to.", value=value))
    return value


def _check_chains(by_name: Mapping[str, list[LocalRecord]]) -> None:
    """Raise ValueError where CNAMEs go round, or through too many names."""
    between = existing(by_name)
    for name in by_name:
        path = [name]
        while target := _target(by_name, between, path[-1]):
            path.append(target)
            if target in path[:-1]:
                raise ValueError(say("These records lead in a circle: {path}.", path=" → ".join(path)))
            if len(path) > MAX_CHAIN:
                raise ValueError(say("These CNAMEs lead through more than {most} names: {path}.", most=MAX_CHAIN,
                                     path=" → ".join(path)))  # fmt: skip


def _target(by_name: Mapping[str, list[LocalRecord]], between: frozenset[str], name: str) -> str | None:
    owner = name if name in by_name else covering(by_name, between, name)
    return next(_targets(by_name[owner]), None) if owner else None


def _targets(records: Iterable[LocalRecord]) -> Iterator[str]:
    return (record.value for record in records if record.type == "CNAME")
