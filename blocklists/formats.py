# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of a blocklist → its rules: a small pure function for each format.

A reader takes one stripped line and returns items: `(Kind, name)` for a rule that a hash holds, `(Special, line)` or
`(Network, line)` for others, `(None, reason)` for what a DNS blocker cannot hold. Nothing is dropped silently; a
comment gives no item at all. Each reader tries the usual form with one regular expression first; `runs` takes many such
lines at once, and gives what a reader gives. Here stand hosts, domains and wildcard lists; the other formats have files
of their own.
"""

import re
from collections.abc import Callable

from blocklists import names, patterns, reasons, rule
from blocklists.adblock import adblock, cosmetic
from blocklists.dnsmasq import dnsmasq
from blocklists.names import Item
from blocklists.options import USUAL, Options
from blocklists.rpz import RpzReader
from blocklists.rule import Kind
from blocklists.special import MAX_TEXT, Network, Special
from blocklists.unbound import unbound

Reader = Callable[[str], tuple[Item, ...]]

_LABEL = r"[a-z0-9_-]{1,63}"
_NAME = rf"(?:{_LABEL}\.)+{_LABEL}"
_SINKHOLE = r"0\.0\.0\.0|127\.0\.0\.1|::1?"
_PLAIN = re.compile(rf"(?:(?:{_SINKHOLE})[ \t]+)?({_NAME})").fullmatch
_BELOW = re.compile(rf"\*?\.({_NAME})").fullmatch
_ZONE_RECORD = re.compile(r"\$(?:ttl|origin)\b|.*\s(?:cname|soa|in\s+(?:a|aaaa|ns|txt))\s").match


def plain(line: str, options: Options = USUAL) -> tuple[Item, ...]:
    """Read a line of a hosts, domains or wildcard list: `[ADDRESS] NAME…`, `*.NAME` or `.NAME`, `# comment`.

    A name alone means that name alone; `*.x` and `.x` mean x with all below it. The options may say otherwise.
    """
    usual = _PLAIN(line)
    if usual and options is USUAL and not names.doubtful(usual[1]):
        return ((Kind.BLOCK_EXACT, usual[1]),)
    if line.startswith(("#", "!", ";", "[")):
        return ()
    if cosmetic(line):
        return ((None, reasons.COSMETIC),)
    fields = line.partition("#")[0].lower().split()
    if len(fields) > 1:
        if names.address(fields[0]):
            return _hosts(fields[0], fields[1:], line, options)
        return ((None, _strange(line.lower())),)
    return (_bare(fields[0], line, options),) if fields else ()


def addresses(line: str, _options: Options = USUAL) -> tuple[Item, ...]:
    """Read a line of a list of addresses, networks or ranges: answers that lead there are blocked."""
    held = re.split(r"[#;!]", line, maxsplit=1)[0].strip()
    if not held:
        return ()
    first, dash, last = held.partition("-")
    found = names.span(first.strip(), last.strip()) if dash else [names.network(held)] if names.address(held) else []
    return tuple((Network(text), line) for text in found) or ((None, names.NOT_A_NAME),)


def regex(line: str, _options: Options = USUAL) -> tuple[Item, ...]:
    """Read a line of a list of regular expressions, one a line, searched for anywhere in a name."""
    if not line or line.startswith("#"):
        return ()
    reason = patterns.refusal(line)
    return ((None, reason),) if reason else ((Special("pattern", line, line[:MAX_TEXT]), line),)


READERS: dict[str, Callable[[str, Options], tuple[Item, ...]]] = {
    "hosts": plain,
    "domains": plain,
    "wildcard": plain,
    "dnsmasq": dnsmasq,
    "unbound": unbound,
    "rpz": lambda line, options: RpzReader(options)(line),
    "adblock": adblock,
    "regex": regex,
    "addresses": addresses,
}


def reader(format: str, options: Options = USUAL) -> Reader:  # noqa: A002 - the vocabulary's word
    """Return a reader for one list. That of a zone remembers its origin and the last owner."""
    if format == "rpz":
        return RpzReader(options)
    read, chosen = READERS[format], USUAL if options == USUAL else options
    return lambda line: read(line, chosen)


def _hosts(address: str, held: list[str], line: str, options: Options) -> tuple[Item, ...]:
    """Read the names of a hosts line. Only a sinkhole address blocks; any other names a real machine."""
    if names.machine_local(address):
        return tuple((None, names.LOCAL) for _ in held)
    if names.sinkhole(address) or options.real_address == "block":
        return tuple(_bare(name, line, options) for name in held)
    return tuple(real(name, address, line, "exact", options) for name in held)


def real(name: str, address: str, line: str, scope: str, options: Options) -> Item:
    """A name with the address of a real machine: to be answered with it only where the list may do so."""
    found = names.item(name, rule.of(scope))
    if found[0] is None or options.real_address != "answer":
        return (None, names.LOCAL if name in names.LOCAL_NAMES else reasons.REAL_ADDRESS)
    return Special(scope, found[1], line[:MAX_TEXT], answer=names.answer(address)), line


def _bare(name: str, line: str, options: Options) -> Item:
    """Read one name of a plain list; `*.x` and `.x` take in all below x, and x unless the options say no."""
    below = name.removeprefix("*")
    if below.startswith(".") and len(below) > 1 and "*" not in below:
        return names.item(below[1:], Kind.BLOCK_BELOW if options.wildcard == "no" else Kind.BLOCK_SUFFIX)
    if "*" in name:
        return _glob(name, line)
    found = names.item(name, Kind.BLOCK_SUFFIX if options.subdomains else Kind.BLOCK_EXACT)
    if options.subdomains and found[0] is not None and "." not in found[1]:
        return (None, names.SINGLE_LABEL)
    return found if found[0] is not None or found[1] != names.NOT_A_NAME else (None, _strange(name))


def _glob(name: str, line: str) -> Item:
    """Read a name with `*` inside: the whole name is meant, and below it where it begins with `*.`."""
    inner = name.removeprefix("*.")
    if not inner.strip("*."):
        return (None, reasons.EVERYTHING)
    if not names.plausible(name.replace("*", "x")):
        return (None, _strange(name))
    pattern = patterns.glob(inner, before="^" if inner == name else r"(?:^|\.)", after="$")
    reason = patterns.refusal(pattern)
    return (None, reason) if reason else (Special("pattern", pattern, line[:MAX_TEXT]), line)


def _strange(line: str) -> str:
    """Return the reason why a line is no rule of a plain list, as closely as can be said."""
    if line.startswith(("local-zone:", "local-data:", "server:")):
        return reasons.STATEMENT
    if _ZONE_RECORD(line):
        return reasons.ZONE_RECORD
    if any(sign in line for sign in "^\\([$|"):
        return reasons.PATTERN
    return reasons.URL_PATH if "/" in line else names.NOT_A_NAME
