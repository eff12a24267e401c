# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that a rule, a list or a group may ask for instead of the house's sinkhole, as text and as a value. Pure.

A word: one of `WORDS`. Or records: addresses with commas between them, a name (a CNAME), or `TYPE value`, several
joined by ` ; `.
"""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass

from store.base.sentences import say, say_count
from store.names import rule_names
from wire.response import BlockMode

# Addresses of the home's own are the house's to answer with; everybody else writes addresses.
WORDS = tuple(mode for mode in BlockMode if mode is not BlockMode.ADDRESS)
# What people may write, for help and descriptions.
HINT = f"{', '.join(WORDS)}, addresses, a name, or TYPE VALUE"
MAX_RECORDS = 32  # of one answer; more would not fit a datagram anyway
MAX_VALUE = 1000  # characters of one record


@dataclass(frozen=True, slots=True)
class Answer:
    """`word` is one of WORDS, or None: then `records` holds (type, value), the value as a zone file has it."""

    word: BlockMode | None = None
    records: tuple[tuple[str, str], ...] = ()


def parse(text: str) -> Answer:
    """Read an answer as people write it; raise ValueError with a sentence."""
    text = text.strip()
    if text.lower() in WORDS:
        return Answer(BlockMode(text.lower()))
    parts = [part.strip() for part in text.split(" ; ")] if " " in text else text.split(",")
    if len(parts) > MAX_RECORDS:
        raise ValueError(say("An answer has at most {most} records.", most=MAX_RECORDS))
    records = tuple(_written(part) for part in parts)
    if len(records) > 1 and any(type_ == "CNAME" for type_, _ in records):
        raise ValueError(say("A CNAME stands alone: a name that leads elsewhere has no other records."))
    return Answer(records=records)


def write(answer: Answer) -> str:
    """Return the text that `parse` reads."""
    return " ; ".join(f"{type_} {value}" for type_, value in answer.records) or answer.word or ""


def record(type_: str, value: str) -> tuple[str, str]:
    """Check and tidy one record; raise ValueError with a sentence."""
    check = _CHECKS.get(type_.upper())
    if check is None:
        raise ValueError(say(
            "'{type_}' is no type of record that can be answered: {choices}.", type_=type_, choices=", ".join(_CHECKS)
        ))
    if len(value) > MAX_VALUE:
        raise ValueError(say("A record has at most {most} characters.", most=MAX_VALUE))
    return type_.upper(), check(value.strip())


def _written(part: str) -> tuple[str, str]:
    if " " in part:
        type_, _, value = part.partition(" ")
        return record(type_, value)
    try:
        address = ipaddress.ip_address(part)
    except ValueError:
        return record("CNAME", part)
    return "A" if address.version == 4 else "AAAA", str(address)


def _name(value: str) -> str:
    """A target; `.` is the root, and `*.x` stands for the name that was asked, below x (an RPZ wildcard)."""
    if value == ".":
        return value
    star = "*." if value.startswith("*.") else ""
    return star + rule_names.normalise(value.removeprefix("*."))


def _ipv4(value: str) -> str:
    return str(ipaddress.IPv4Address(value))


def _ipv6(value: str) -> str:
    return str(ipaddress.IPv6Address(value))


def _text(value: str) -> str:
    if not value.isprintable():
        raise ValueError(say("A text has printable characters alone."))
    return value


def _numbers(count: int, *, rest: bool = False) -> Callable[[str], str]:
    """A check for `count` numbers up to 65535, a name, and with `rest` what follows it."""

    def check(value: str) -> str:
        fields = value.split(None, count + 1)
        if len(fields) < count + 1 or (len(fields) > count + 1 and not rest):
            raise ValueError(say_count(
                count,
                "'{value}' lacks a field: {count} number and a name are needed.",
                "'{value}' lacks a field: {count} numbers and a name are needed.",
                value=value,
            ))  # fmt: skip
        if not all(re.fullmatch(r"\d{1,5}", field) and int(field) < 65536 for field in fields[:count]):
            raise ValueError(say("'{value}' has a number that is none, or above 65535.", value=value))
        return " ".join([*(str(int(field)) for field in fields[:count]), _name(fields[count]), *fields[count + 1 :]])

    return check


_CHECKS: dict[str, Callable[[str], str]] = {
    "A": _ipv4,
    "AAAA": _ipv6,
    "CNAME": _name,
    "PTR": _name,
    "TXT": _text,
    "MX": _numbers(1),
    "SRV": _numbers(3),
    "SVCB": _numbers(1, rest=True),
    "HTTPS": _numbers(1, rest=True),
}
