# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of a hosts, domains or wildcard list → its rules. Pure."""

import re

from blocklists.formats import list_names
from blocklists.formats.list_names import Item
from blocklists.rules import patterns, reasons, rule
from blocklists.rules.complex_rule import MAX_TEXT, ComplexRule
from blocklists.rules.list_options import USUAL, Options
from blocklists.rules.rule import Kind
from store.names import linear_patterns

_LABEL = r"[a-z0-9_-]{1,63}"
_NAME = rf"(?:{_LABEL}\.)+{_LABEL}"
_SINKHOLE = r"0(?:\.0\.0\.0)?|127\.0\.0\.1|::1?"
_PLAIN = re.compile(rf"(?:(?:{_SINKHOLE})[ \t]+)?({_NAME})").fullmatch
_BELOW = re.compile(rf"\*?\.({_NAME})").fullmatch
_ZONE_RECORD = re.compile(r"\$(?:ttl|origin)\b|.*\s(?:cname|soa|in\s+(?:a|aaaa|ns|txt))\s").match
_COSMETIC = re.compile(r"#[@?$%]{0,3}#").search


def plain(line: str, options: Options = USUAL) -> tuple[Item, ...]:
    """Read a line of a hosts, domains or wildcard list: `[ADDRESS] NAME…`, `*.NAME` or `.NAME`, `# comment`.

    A name alone means that name alone; `*.x` and `.x` mean x with all below it. The options may say otherwise.
    """
    usual = _PLAIN(line)
    if usual and options is USUAL and not list_names.doubtful(usual[1]):
        return ((Kind.BLOCK_EXACT, usual[1]),)
    if line.startswith(("#", "!", ";", "[")):
        return ()
    if cosmetic(line):
        return ((None, reasons.COSMETIC),)
    fields = line.partition("#")[0].lower().split()
    if len(fields) > 1:
        if list_names.address(fields[0]):
            return _hosts(fields[0], fields[1:], line, options)
        return ((None, _strange(line.lower())),)
    return (_bare(fields[0], line, options),) if fields else ()


def cosmetic(line: str) -> bool:
    """Whether the line hides a part of web pages: `x.com##.ad`, `##.ad`, but not `## a heading` nor `x.com  ## note`.

    Taken for a comment, the mark would leave the name of the site itself to be blocked.
    """
    mark = _COSMETIC(line)
    if not mark:
        return False
    before, after = line[: mark.start()], line[mark.end() :].lstrip("#")
    return not before[-1:].isspace() if before else not after[:1].isspace() and bool(after)


def _hosts(address: str, names: list[str], line: str, options: Options) -> tuple[Item, ...]:
    """Read the names of a hosts line. Only a sinkhole address blocks; any other names a real machine.

    A machine's own line holds its name alone, without a domain, or beside the whole one: `127.0.1.1 x.home x`.
    """
    if list_names.machine_local(address) and not all("." in name.removesuffix(".") for name in names):
        return tuple((None, list_names.LOCAL) for _ in names)
    if list_names.sinkhole(address) or options.real_address == "block":
        return tuple(_bare(name, line, options) for name in names)
    return tuple(real(name, address, line, "exact", options) for name in names)


def real(name: str, address: str, line: str, scope: str, options: Options) -> Item:
    """A name with the address of a real machine: to be answered with it only where the list may do so."""
    item = list_names.item(name, rule.of(scope))
    if item[0] is None or options.real_address != "answer":
        return (None, list_names.LOCAL if name in list_names.LOCAL_NAMES else reasons.REAL_ADDRESS)
    return ComplexRule(scope, item[1], line[:MAX_TEXT], answer=list_names.answer(address)), line


def _bare(name: str, line: str, options: Options) -> Item:
    """Read one name of a plain list; `*.x` and `.x` take in all below x, and x unless the options say no."""
    below = name.removeprefix("*")
    if below.startswith(".") and len(below) > 1 and "*" not in below:
        return list_names.item(below[1:], Kind.BLOCK_BELOW if options.wildcard == "no" else Kind.BLOCK_SUFFIX)
    if "*" in name:
        return _glob(name, line)
    item = list_names.item(name, Kind.BLOCK_SUFFIX if options.subdomains else Kind.BLOCK_EXACT)
    if options.subdomains and item[0] is not None and "." not in item[1]:
        return (None, list_names.SINGLE_LABEL)
    return item if item[0] is not None or item[1] != list_names.NOT_A_NAME else (None, _strange(name))


def _glob(name: str, line: str) -> Item:
    """Read a name with `*` inside: the whole name is meant, and below it where it begins with `*.`."""
    inner = name.removeprefix("*.")
    if not inner.strip("*."):
        return (None, reasons.EVERYTHING)
    if not list_names.plausible(name.replace("*", "x")):
        return (None, _strange(name))
    pattern = linear_patterns.glob(inner, before="^" if inner == name else r"(?:^|\.)", after="$")
    reason = patterns.refusal(pattern)
    return (None, reason) if reason else (ComplexRule("pattern", pattern, line[:MAX_TEXT]), line)


def _strange(line: str) -> str:
    """Return the reason why a line is no rule of a plain list, as closely as can be said."""
    if line.startswith(("local-zone:", "local-data:", "server:")):
        return reasons.STATEMENT
    if _ZONE_RECORD(line):
        return reasons.ZONE_RECORD
    if any(sign in line for sign in "^\\([$|"):
        return reasons.PATTERN
    return reasons.URL_PATH if "/" in line else list_names.NOT_A_NAME
