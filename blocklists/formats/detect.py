# SPDX-License-Identifier: GPL-3.0-or-later
"""Which format a list has, judged by its first lines. Pure."""

import re
from collections import Counter

from blocklists.formats import list_names

# Enough lines to outvote a preamble of odd ones, few enough to cost nothing.
MAX_LINES = 400
# How much of a file is looked at; some lists begin with long licence texts.
SAMPLE_BYTES = 128 * 1024

_NAME = r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?"
# In this order: of two formats with as many lines, the first is taken.
_SIGNS = (
    ("adblock", re.compile(r"(?:@@)?\|\|?|\[adblock|.*#[@?$%]{0,3}#|\*?\$[a-z]|/.*/(?:\$|$)|.*\^$").match),
    ("dnsmasq", re.compile(r"(?:local|server|address)\s*=\s*/").match),
    ("unbound", re.compile(r"local-(?:zone|data):").match),
    ("rpz", re.compile(r"\$(?:ttl|origin)\b|\S+\s+(?:\d+\s+)?(?:in\s+)?(?:cname|soa|ns|a|aaaa|txt)\s").match),
    ("regex", re.compile(r"\^|\(|.*\\[.dws]|.*[\])}]?[+*?)]\$$").match),
    ("wildcard", re.compile(rf"(?:\*\.|\.)[*]?{_NAME}(?:\s*#|$)").match),
    ("domains", re.compile(rf"{_NAME}(?:\s*#|$)").match),
)
_HTML = re.compile(rb"<(?:!doctype html|html|head|body|script|meta|\?xml)", re.I)


def detect(sample: str) -> str | None:
    """Return the format that most lines of `sample` (lower case) have, or None when no line reads as any."""
    votes: Counter[str] = Counter()
    for line in sample.split("\n"):
        found = _format_of(line.strip())
        if found:
            votes[found] += 1
        if votes.total() >= MAX_LINES:
            break
    order = ["hosts", *(name for name, _ in _SIGNS), "addresses"]
    return max(votes, key=lambda name: (votes[name], -order.index(name))) if votes else None


def html(sample: bytes) -> bool:
    """Whether the text is a web page, such as a log-in or an error page, instead of a list."""
    start = sample.lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"<") and _HTML.search(start[:4096]) is not None


def _format_of(line: str) -> str | None:
    if not line or line.startswith("!") or (line.startswith("#") and not line.startswith("##.")):
        return None
    fields = line.split(None, 2)
    if list_names.address(fields[0]):
        return "hosts" if len(fields) > 1 and not fields[1].startswith("#") else "addresses"
    return next((name for name, sign in _SIGNS if sign(line)), None)
