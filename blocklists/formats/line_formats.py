# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of a blocklist → its rules: a small pure function for each format.

A reader takes one stripped line and returns items: `(Kind, name)` for a rule that a hash holds, `(ComplexRule, line)`
or `(Network, line)` for others, `(None, reason)` for what a DNS blocker cannot hold. Nothing is dropped silently; a
comment gives no item at all. Each reader tries the usual form with one regular expression first; `runs` takes many such
lines at once, and gives what a reader gives. Here stand hosts, domains and wildcard lists; the other formats have files
of their own.
"""

import re
from collections.abc import Callable

from blocklists.formats import list_names, modifiers
from blocklists.formats.adblock import adblock
from blocklists.formats.dnsmasq import dnsmasq
from blocklists.formats.list_names import Item
from blocklists.formats.plain import plain
from blocklists.formats.rpz import RpzReader
from blocklists.formats.unbound import unbound
from blocklists.rules import patterns, reasons
from blocklists.rules.complex_rule import MAX_TEXT, ComplexRule, Network
from blocklists.rules.list_options import USUAL, Options
from store.config import rule_text
from store.config.choices import ListFormat

Reader = Callable[[str], tuple[Item, ...]]


def addresses(line: str, _options: Options = USUAL) -> tuple[Item, ...]:
    """Read a line of a list of addresses, networks or ranges: answers that lead there are blocked."""
    text = re.split(r"[#;!]", line, maxsplit=1)[0].strip()
    if not text:
        return ()
    first, dash, last = text.partition("-")
    if dash:
        networks = list_names.span(first.strip(), last.strip())
    else:
        networks = [list_names.network(text)] if list_names.address(text) else []
    return tuple((Network(network), line) for network in networks) or ((None, list_names.NOT_A_NAME),)


def regex(line: str, _options: Options = USUAL) -> tuple[Item, ...]:
    """Read a line of a list of regular expressions, one a line, in any notation that the home's own may have."""
    text, _ = rule_text.split_comment(line)
    if not text:
        return ()
    try:
        expression = rule_text.split_expression(text.removeprefix("@@"))
        when, answer = modifiers.when_types(expression.types), modifiers.answer(expression.answer)
    except ValueError:
        return ((None, reasons.VALUE),)
    reason = reasons.INVERTED if expression.inverted else patterns.refusal(expression.name)
    if reason:
        return ((None, reason),)
    allow = text.startswith("@@")
    return ((ComplexRule("pattern", expression.name, line[:MAX_TEXT], allow, when=when, answer=answer), line),)


READERS: dict[str, Callable[[str, Options], tuple[Item, ...]]] = {
    ListFormat.HOSTS: plain,
    ListFormat.DOMAINS: plain,
    ListFormat.WILDCARD: plain,
    ListFormat.DNSMASQ: dnsmasq,
    ListFormat.UNBOUND: unbound,
    ListFormat.RPZ: lambda line, options: RpzReader(options)(line),
    ListFormat.ADBLOCK: adblock,
    ListFormat.REGEX: regex,
    ListFormat.ADDRESSES: addresses,
}


def reader(format: str, options: Options = USUAL) -> Reader:  # noqa: A002 - the vocabulary's word
    """Return a reader for one list. That of a zone remembers its origin and the last owner."""
    if format == ListFormat.RPZ:
        return RpzReader(options)
    read, chosen = READERS[format], USUAL if options == USUAL else options
    return lambda line: read(line, chosen)
