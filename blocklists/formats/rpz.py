# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of a response policy zone → its rules (draft-vixie-dnsop-dns-rpz, as BIND, Unbound and Knot read it).

x CNAME .              block            x CNAME rpz-passthru.   let through        x CNAME rpz-tcp-only.
*.x CNAME .            what is below x  x CNAME rpz-drop.       no answer          x A 192.0.2.7   answered with
x CNAME *.             no data          32.7.2.0.192.rpz-ip …   addresses in answers
                                        24.0.1.168.192.rpz-client-ip …   whoever asks from there

Triggers about name servers (rpz-nsdname, rpz-nsip) are skipped: who forwards never hears of them.
"""

import ipaddress
import re

from blocklists.formats import list_names
from blocklists.formats.list_names import Item
from blocklists.rules import reasons, rule
from blocklists.rules.complex_rule import MAX_TEXT, ComplexRule, Network, When
from blocklists.rules.list_options import USUAL, Options
from blocklists.rules.rule import Kind
from store.config import custom_responses
from wire.response import BlockMode

_LABEL = r"[a-z0-9_-]{1,63}"
_USUAL = re.compile(rf"(\*\.)?((?:{_LABEL}\.)+{_LABEL})\s+(?:[Ii][Nn]\s+)?(?:CNAME|cname)\s+\.").fullmatch
_ADDRESS = re.compile(r"([0-9a-fz.]+)\.rpz-(ip|client-ip)").fullmatch
_ELSEWHERE = re.compile(r"(?:^|\.)rpz-(?:nsdname|nsip)$").search
_CLASSES = frozenset({"in", "ch", "hs"})
_OF_ZONES = frozenset({"soa", "ns", "rrsig", "nsec", "nsec3", "nsec3param", "dnskey", "dname", "ds"})
_TYPES = _OF_ZONES | {"cname", "a", "aaaa", "txt", "mx", "srv", "ptr", "svcb", "https", "caa", "hinfo", "naptr"}


class RpzReader:
    """Reads a zone line by line; remembers its origin, the last owner, and whether parentheses are open."""

    def __init__(self, options: Options = USUAL) -> None:
        self._options, self._origin, self._owner, self._open = options, "", "", False

    def __call__(self, line: str) -> tuple[Item, ...]:
        """Read one line, stripped: a record without an owner is told by its first word."""
        usual = _USUAL(line)
        if usual and ".rpz-" not in usual[2]:
            self._owner = line.split(None, 1)[0]
            return (list_names.item(usual[2], self._below() if usual[1] else Kind.BLOCK_EXACT),)
        line = _uncommented(line)
        if self._open or not line:
            self._open = self._open and ")" not in line
            return ()
        if line.startswith("$"):
            return self._directive(line)
        self._open = line.count("(") > line.count(")")
        type_, value = self._record(line)
        if not type_:
            return ((None, list_names.NOT_A_NAME),)
        return () if type_ in _OF_ZONES else (self._item(type_, value, line),)

    def _directive(self, line: str) -> tuple[Item, ...]:
        word, _, rest = line.partition(" ")
        if word.lower() == "$origin":
            self._origin = rest.strip().lower().strip(".")
        return () if word.lower() in ("$origin", "$ttl") else ((None, reasons.ZONE_RECORD),)

    def _record(self, line: str) -> tuple[str, str]:
        """Return type and data of a record, and take over its owner; ("", "") for what is none."""
        fields = line.split()
        owner = fields[0].lower()
        beyond = fields[1].lower() if len(fields) > 1 else ""
        without = (owner in _TYPES and beyond not in _TYPES | _CLASSES) or owner in _CLASSES or owner.isdigit()
        if not without or not self._owner:
            self._owner, fields = owner, fields[1:]
        while fields and (fields[0].lower() in _CLASSES or re.fullmatch(r"(?:\d+[smhdw]?)+", fields[0].lower())):
            fields = fields[1:]
        if not fields or fields[0].lower() not in _TYPES:
            return "", ""
        return fields[0].lower(), " ".join(fields[1:])

    def _item(self, type_: str, value: str, line: str) -> Item:
        owner = self._relative(self._owner)
        trigger = _ADDRESS(owner)
        if trigger:
            return _network(trigger[1], type_, value, line, asking=trigger[2] == "client-ip")
        if _ELSEWHERE(owner):
            return (None, reasons.TRIGGER)
        scope, name = ("below", owner[2:]) if owner.startswith("*.") else ("exact", owner)
        if scope == "below" and self._options.wildcard == "yes":
            scope = "suffix"
        if name in ("*", "@", ""):
            return (None, reasons.EVERYTHING)
        action = _action(type_, value.lower(), owner)
        item = list_names.item(name, rule.of(scope, allow=action == "allow"))
        if item[0] is None or action in ("allow", "block"):
            return item
        answer = action or _answer(type_, value)
        return (ComplexRule(scope, item[1], line[:MAX_TEXT], answer=answer), line) if answer else (None, reasons.RECORD)

    def _relative(self, owner: str) -> str:
        """The trigger without the zone's own name, which only an absolute owner carries."""
        if owner.endswith(".") and self._origin:
            return owner[:-1].removesuffix(self._origin).rstrip(".") or "@"
        return owner.rstrip(".")

    def _below(self) -> Kind:
        return Kind.BLOCK_SUFFIX if self._options.wildcard == "yes" else Kind.BLOCK_BELOW


def _uncommented(line: str) -> str:
    """The line up to a `;` that stands outside quotes."""
    if '"' not in line:
        return line.partition(";")[0].strip()
    return re.sub(r'("[^"]*")|;.*', lambda match: match[1] or "", line).strip()


def _action(type_: str, value: str, owner: str) -> str:
    """`block`, `allow`, a word of `store.config.custom_responses`, or "" for data of its own."""
    if type_ in ("a", "aaaa"):
        return "block" if list_names.sinkhole(value) else ""
    if type_ != "cname":
        return ""
    if value.rstrip(".") == owner.removeprefix("*."):
        return "allow"  # the older way to write rpz-passthru
    return _ACTIONS.get(value.rstrip(".") or ".", "")


_ACTIONS = {".": "block", "*": BlockMode.NODATA, "rpz-passthru": "allow", "rpz-drop": BlockMode.DROP,
            "rpz-tcp-only": BlockMode.TCP}  # fmt: skip


def _answer(type_: str, value: str) -> str:
    try:
        text = value.replace('" "', "").strip('"') if type_ == "txt" else value
        return custom_responses.write(custom_responses.Answer(records=(custom_responses.record(type_, text),)))
    except ValueError:
        return ""


def _network(text: str, type_: str, value: str, line: str, *, asking: bool) -> Item:
    """Read `PREFIX.B.B.B.B` or `PREFIX.W.W.…` with the parts in reverse; `zz` stands for `::`.

    `asking`: it is about who asks, not about addresses in answers.
    """
    prefix, *parts = text.split(".")
    parts.reverse()
    address = ".".join(parts)
    if len(parts) != 4 or "zz" in parts:
        address = re.sub(":*zz:*", "::", ":".join(parts))
    try:
        network = str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))
    except ValueError:
        return (None, reasons.NETWORK)
    action = _action(type_, value.lower(), text)
    answer = "" if action in ("allow", "block") else action or _answer(type_, value)
    if not action and not answer:
        return (None, reasons.RECORD)
    if asking:
        when = When(clients=(network,))
        return ComplexRule("all", "", line[:MAX_TEXT], allow=action == "allow", when=when, answer=answer), line
    if answer:
        return ComplexRule("network", network, line[:MAX_TEXT], answer=answer), line
    return Network(network, action == "allow"), line
