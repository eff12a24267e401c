# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of a blocklist → its rules: a small pure function for each format.

A reader takes one stripped, lower-case line and returns items: `(Kind, name)` for a rule, `(None, reason)` for what a
DNS blocker cannot hold or this version does not read. Nothing is dropped silently; a comment gives no item at all.
Each reader tries the usual form with one regular expression first, since lists hold millions of those lines.
"""

import re
from collections.abc import Callable

from blocklists import names
from blocklists.names import Item
from blocklists.rule import Kind

COSMETIC = "cosmetic rule"
URL_PATH = "URL path"
REGEX = "regular expression"
MODIFIER = "modifier not understood"
WILDCARD = "wildcard inside a name"
PATTERN = "pattern, not a whole name"
REAL_ADDRESS = "address of a real machine"
ZONE_RECORD = "zone record"
UNBOUND = "unbound statement"
OPTION = "dnsmasq option"
FORWARDS = "names another server"
EVERYTHING = "would match every name"

Reader = Callable[[str], tuple[Item, ...]]

_LABEL = r"[a-z0-9_-]{1,63}"
_NAME = rf"(?:{_LABEL}\.)+{_LABEL}"
_SINKHOLE = r"0\.0\.0\.0|127\.0\.0\.1|::1?"
_PLAIN = re.compile(rf"(?:(?:{_SINKHOLE})[ \t]+)?({_NAME})").fullmatch
_DNSMASQ = re.compile(rf"(?:(?:local|server|address)=/({_NAME})/|address=/({_NAME})/(?:{_SINKHOLE}))").fullmatch
_ADBLOCK = re.compile(rf"(@@)?\|\|({_NAME})\^\|?").fullmatch
_DNSMASQ_ANY = re.compile(r"(local|server|address)\s*=\s*/(.*)/([^/]*)").fullmatch
_ZONE_RECORD = re.compile(r"\$(?:ttl|origin)\b|.*\s(?:cname|soa|in\s+(?:a|aaaa|ns|txt))\s").match
_COSMETIC = re.compile(r"#[@?$%]{0,3}#").search
_INLINE_COMMENT = re.compile(r"\s+#.*").sub


def plain(line: str) -> tuple[Item, ...]:
    """Read a line of a hosts, domains or wildcard list: `[ADDRESS] NAME…`, `*.NAME` or `.NAME`, `# comment`.

    A name alone means that name alone; `*.x` and `.x` mean x with all below it.
    """
    usual = _PLAIN(line)
    if usual and not names.doubtful(usual[1]):
        return ((Kind.BLOCK_EXACT, usual[1]),)
    if line.startswith(("#", "!", ";", "[")):
        return ()
    if _cosmetic(line):
        return ((None, COSMETIC),)
    fields = line.partition("#")[0].split()
    if len(fields) > 1:
        return _hosts(fields[0], fields[1:]) if names.address(fields[0]) else ((None, _strange(line)),)
    return (_bare(fields[0]),) if fields else ()


def dnsmasq(line: str) -> tuple[Item, ...]:
    """Read a line of dnsmasq configuration: `address=`, `server=` or `local=` with `/NAME[/NAME…]/`.

    dnsmasq takes subdomains along, so these are rules for x with all below it.
    """
    usual = _DNSMASQ(line)
    if usual:
        return (names.item(usual[1] or usual[2], Kind.BLOCK_SUFFIX),)
    line = "" if line.startswith("#") else _INLINE_COMMENT("", line)
    parts = _DNSMASQ_ANY(line)
    if not parts:
        return ((None, OPTION if "=" in line else names.NOT_A_NAME),) if line else ()
    option, held, target = parts.groups()
    if target and option != "address":
        return ((None, FORWARDS),)
    if target not in ("", "#") and not names.sinkhole(target):
        return ((None, REAL_ADDRESS),)
    return tuple(_below(name.removeprefix("*").removeprefix(".")) for name in held.split("/"))


def adblock(line: str) -> tuple[Item, ...]:
    """Read a line of the adblock syntax as DNS blockers use it: `||x^` and `@@||x^`, each also with `$important`.

    Lines of hosts and plain domains within are read too. All other modifiers skip the rule: a rule whose condition
    is ignored would block what its author never meant.
    """
    usual = _ADBLOCK(line)
    if usual:
        return (names.item(usual[2], Kind.ALLOW_SUFFIX if usual[1] else Kind.BLOCK_SUFFIX),)
    if _cosmetic(line):
        return ((None, COSMETIC),)
    if line.startswith(("!", "#", "[")):
        return ()
    return _adblock_rule(_INLINE_COMMENT("", line))


READERS: dict[str, Reader] = {
    "hosts": plain,
    "domains": plain,
    "wildcard": plain,
    "dnsmasq": dnsmasq,
    "adblock": adblock,
}


def _adblock_rule(line: str) -> tuple[Item, ...]:
    """Read an adblock rule of an unusual form, or say why it cannot be held."""
    if line.removeprefix("@@").startswith("/"):
        return ((None, REGEX if line.endswith("/") or "/$" in line else URL_PATH),)
    pattern, _, modifiers = line.partition("$")
    if modifiers not in ("", "important"):
        return ((None, MODIFIER),)
    allow = pattern.startswith("@@")
    pattern = pattern.removeprefix("@@")
    anchored = pattern.startswith("||")
    held = pattern.removeprefix("||").removesuffix("|")
    if anchored and held.endswith("^") and names.plausible(held[:-1]):
        return (names.item(held[:-1], Kind.ALLOW_SUFFIX if allow else Kind.BLOCK_SUFFIX),)
    if any(sign in pattern for sign in "/?=&") or "://" in pattern:
        return ((None, URL_PATH),)
    if "*" in pattern:
        return ((None, WILDCARD),)
    if allow or not pattern.strip(".|^") or any(sign in pattern for sign in "|^") or pattern[0] in ".-_:":
        return ((None, PATTERN),)
    return plain(pattern)


def _cosmetic(line: str) -> bool:
    """Whether the line hides a part of web pages: `x.com##.ad`, `##.ad`, but not `## a heading` nor `x.com  ## note`.

    Taken for a comment, the mark would leave the name of the site itself to be blocked.
    """
    mark = _COSMETIC(line)
    if not mark:
        return False
    before, after = line[: mark.start()], line[mark.end() :].lstrip("#")
    return not before[-1:].isspace() if before else not after[:1].isspace() and bool(after)


def _hosts(address: str, held: list[str]) -> tuple[Item, ...]:
    """Read the names of a hosts line. Only a sinkhole address blocks; any other names a real machine."""
    if names.machine_local(address):
        return tuple((None, names.LOCAL) for _ in held)
    if names.sinkhole(address):
        return tuple(_bare(name) for name in held)
    return tuple((None, names.LOCAL if name in names.LOCAL_NAMES else REAL_ADDRESS) for name in held)


def _bare(name: str) -> Item:
    """Read one name of a plain list; `*.x` and `.x` take in all below x."""
    below = name.removeprefix("*")
    if below.startswith(".") and len(below) > 1:
        return _below(below[1:])
    found = names.item(name, Kind.BLOCK_EXACT)
    return found if found[0] is not None or found[1] != names.NOT_A_NAME else (None, _strange(name))


def _below(name: str) -> Item:
    if name in ("", "#"):
        return (None, EVERYTHING)
    return (None, WILDCARD) if "*" in name else names.item(name, Kind.BLOCK_SUFFIX)


def _strange(line: str) -> str:
    """Return the reason why a line is no rule of a plain list, as closely as can be said."""
    if line.startswith(("local-zone:", "local-data:", "server:")):
        return UNBOUND
    if _ZONE_RECORD(line):
        return ZONE_RECORD
    if any(sign in line for sign in "^\\([$|"):
        return REGEX
    if "*" in line:
        return WILDCARD
    return URL_PATH if "/" in line else names.NOT_A_NAME
