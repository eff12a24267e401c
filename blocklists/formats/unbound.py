# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of unbound configuration → its rules: `local-zone:` and `local-data:`. Pure.

A zone takes in all below its name. Its type says what is answered; a type that lets queries through frees the name.
"""

import re

from blocklists.formats import list_names
from blocklists.formats.list_names import Item
from blocklists.rules import reasons
from blocklists.rules.complex_rule import MAX_TEXT, ComplexRule
from blocklists.rules.list_options import USUAL, Options
from blocklists.rules.rule import Kind
from store.config import custom_responses
from wire.response import BlockMode

_LABEL = r"[a-z0-9_-]{1,63}"
_USUAL = re.compile(
    rf'local-zone: "((?:{_LABEL}\.)+{_LABEL})\.?" (?:always_null|always_nxdomain|static|redirect)'
).fullmatch
_ZONE = re.compile(r"local-zone:\s*\"?([^\s\"]+)\"?\s+\"?([a-z_]+)\"?").match
_DATA = re.compile(r"local-data:\s*[\"'](.*)[\"']").match
_RECORD = re.compile(r"(\S+)\s+(?:\d+\s+)?(?:in\s+)?([a-z]+)\s+(.*)", re.I).fullmatch
_BLOCKS = frozenset({"always_null", "always_nxdomain", "static", "redirect", "inform_redirect"})
_ANSWERS = {
    "always_nodata": BlockMode.NODATA, "refuse": BlockMode.REFUSED, "always_refuse": BlockMode.REFUSED,
    "deny": BlockMode.DROP, "always_deny": BlockMode.DROP, "inform_deny": BlockMode.DROP,
}  # fmt: skip
_PASSES = frozenset({"transparent", "always_transparent", "typetransparent", "inform", "nodefault"})


def unbound(line: str, options: Options = USUAL) -> tuple[Item, ...]:
    """Read a line. `local-data` with a sinkhole address blocks that name alone."""
    usual = _USUAL(line)
    if usual:
        return (list_names.item(usual[1], Kind.BLOCK_SUFFIX),)
    if line.startswith("#"):
        return ()
    low = line.lower()
    zone, data = _ZONE(low), _DATA(line)
    if zone:
        return (_zone(zone[1].removesuffix("."), zone[2], line),)
    if data:
        return (_data(data[1].replace('\\"', '"'), line, options),)
    return () if low.split("#")[0].strip() in ("server:", "") else ((None, reasons.STATEMENT),)


def _zone(name: str, type_: str, line: str) -> Item:
    if not name:
        return (None, reasons.EVERYTHING)
    kind = Kind.ALLOW_SUFFIX if type_ in _PASSES else Kind.BLOCK_SUFFIX
    item = list_names.item(name, kind)
    if item[0] is None or type_ in _BLOCKS | _PASSES:
        return item
    if type_ not in _ANSWERS:
        return (None, reasons.STATEMENT)
    return ComplexRule("suffix", item[1], line[:MAX_TEXT], answer=_ANSWERS[type_]), line


def _data(text: str, line: str, options: Options) -> Item:
    record = _RECORD(text.strip())
    if not record:
        return (None, reasons.STATEMENT)
    name, type_, value = record[1].lower(), record[2].upper(), record[3].strip()
    if type_ in ("A", "AAAA") and (list_names.sinkhole(value) or options.real_address == "block"):
        return list_names.item(name, Kind.BLOCK_EXACT)
    item = list_names.item(name, Kind.BLOCK_EXACT)
    if item[0] is None:
        return item
    try:
        wanted = custom_responses.record(type_, value.strip('"'))
        answer = custom_responses.write(custom_responses.Answer(records=(wanted,)))
    except ValueError:
        return (None, reasons.RECORD)
    return ComplexRule("exact", item[1], line[:MAX_TEXT], answer=answer), line
