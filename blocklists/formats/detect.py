# SPDX-License-Identifier: GPL-3.0-or-later
"""Which format a list has, judged by its first lines. Pure."""

import re
from collections import Counter

from blocklists.formats import list_names
from store.config.choices import ListFormat

# Enough lines to outvote a preamble of odd ones, few enough to cost nothing.
MAX_LINES = 400
# How much of a file is looked at; some lists begin with long licence texts.
SAMPLE_BYTES = 128 * 1024

_NAME = r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?"
# In this order: of two formats with as many lines, the first is taken.
_SIGNS = (
    (ListFormat.ADBLOCK, re.compile(r"(?:@@)?\|\|?|\[adblock|.*#[@?$%]{0,3}#|\*?\$[a-z]|/.*/(?:\$|$)|.*\^$").match),
    (ListFormat.DNSMASQ, re.compile(r"(?:local|server|address)\s*=\s*/").match),
    (ListFormat.UNBOUND, re.compile(r"local-(?:zone|data):").match),
    (ListFormat.RPZ, re.compile(r"\$(?:ttl|origin)\b|\S+\s+(?:\d+\s+)?(?:in\s+)?(?:cname|soa|ns|a|aaaa|txt)\s").match),
    (ListFormat.REGEX, re.compile(r"\^|\(|.*\\[.dws]|.*[\])}]?[+*?)]\$$|.+;(?:querytype|invert|reply)\b").match),
    (ListFormat.WILDCARD, re.compile(rf"(?:\*\.|\.)[*]?{_NAME}(?:\s*#|$)").match),
    (ListFormat.DOMAINS, re.compile(rf"{_NAME}(?:\s*#|$)").match),
)
# Lines that begin with an address are told apart first.
_ORDER = (ListFormat.HOSTS, *(format_ for format_, _ in _SIGNS), ListFormat.ADDRESSES)
_HTML = re.compile(rb"<(?:!doctype html|html|head|body|script|meta|\?xml)", re.I)


def detect(sample: str) -> ListFormat | None:
    """Return the format that most lines of `sample` (lower case) have, or None when no line reads as any."""
    votes: Counter[ListFormat] = Counter()
    for line in sample.split("\n"):
        line_format = _format_of(line.strip())
        if line_format:
            votes[line_format] += 1
        if votes.total() >= MAX_LINES:
            break
    return max(votes, key=lambda format_: (votes[format_], -_ORDER.index(format_))) if votes else None


def html(sample: bytes) -> bool:
    """Whether the text is a web page, such as a log-in or an error page, instead of a list."""
    start = sample.lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"<") and _HTML.search(start[:4096]) is not None


def _format_of(line: str) -> ListFormat | None:
    if not line or line.startswith("!") or (line.startswith("#") and not line.startswith("##.")):
        return None
    fields = line.split(None, 2)
    if list_names.address(fields[0]):
        has_name = len(fields) > 1 and not fields[1].startswith("#")
        return ListFormat.HOSTS if has_name else ListFormat.ADDRESSES
    return next((format_ for format_, sign in _SIGNS if sign(line)), None)
