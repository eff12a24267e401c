# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of dnsmasq configuration → its rules: `address=`, `server=` or `local=` with `/NAME[/NAME…]/`. Pure.

dnsmasq takes subdomains along, so these are rules for x with all below it.
"""

import re

from blocklists.formats import list_names
from blocklists.formats.list_names import Item
from blocklists.rules import reasons
from blocklists.rules.complex_rule import MAX_TEXT, ComplexRule
from blocklists.rules.list_options import USUAL, Options
from blocklists.rules.rule import Kind

_LABEL = r"[a-z0-9_-]{1,63}"
_NAME = rf"(?:{_LABEL}\.)+{_LABEL}"
_SINKHOLE = r"0\.0\.0\.0|127\.0\.0\.1|::1?"
_USUAL = re.compile(rf"(?:(?:local|server|address)=/({_NAME})/|address=/({_NAME})/(?:{_SINKHOLE}))").fullmatch
_ANY = re.compile(r"(?:--)?(local|server|address)\s*=\s*/(.*)/([^/]*)").fullmatch
_INLINE_COMMENT = re.compile(r"\s+#.*").sub


def dnsmasq(line: str, options: Options = USUAL) -> tuple[Item, ...]:
    """Read a line; `server=/x/#` asks for x as for any other name, which frees it from a wider rule."""
    usual = _USUAL(line)
    if usual:
        return (list_names.item(usual[1] or usual[2], Kind.BLOCK_SUFFIX),)
    line = "" if line.startswith("#") else _INLINE_COMMENT("", line)
    parts = _ANY(line.lower())
    if not parts:
        return ((None, reasons.OPTION if "=" in line else list_names.NOT_A_NAME),) if line else ()
    option, names, target = parts.groups()
    if option != "address" and target == "#":
        return tuple(_below(name, Kind.ALLOW_SUFFIX) for name in names.split("/"))
    if target and option != "address":
        return ((None, reasons.FORWARDS),)
    if target in ("", "#") or list_names.sinkhole(target) or options.real_address == "block":
        return tuple(_below(name, Kind.BLOCK_SUFFIX) for name in names.split("/"))
    if options.real_address != "answer" or not list_names.address(target):
        return ((None, reasons.REAL_ADDRESS),)
    return tuple(_answered(_below(name, Kind.BLOCK_SUFFIX), target, line) for name in names.split("/"))


def _below(name: str, kind: Kind) -> tuple[Kind, str] | tuple[None, str]:
    name = name.removeprefix("*").removeprefix(".")
    if name in ("", "#"):
        return (None, reasons.EVERYTHING)
    return (None, reasons.PATTERN) if "*" in name else list_names.item(name, kind)


def _answered(item: tuple[Kind, str] | tuple[None, str], address: str, line: str) -> Item:
    if item[0] is None:
        return item
    return ComplexRule("suffix", item[1], line[:MAX_TEXT], answer=list_names.answer(address)), line
