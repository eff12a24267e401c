# SPDX-License-Identifier: GPL-3.0-or-later
"""What the first bytes of a connection to the web port ask for, as far as who must say "wait" needs to know. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from store.base import languages

_END = b"\r\n\r\n"
_METHOD = re.compile(rb"(?:\r\n)?[A-Za-z-]{1,24}(?: |\Z)")  # RFC 9110 would take more, and nobody has more
LANGUAGE_COOKIE = "telltale-language="


@dataclass(frozen=True, slots=True)
class Asked:
    """`wants_page`: somebody looks at what is answered; `language`: in which it is read, one that is offered."""

    wants_page: bool
    is_head: bool
    language: str


def may_be_request(first: bytes) -> bool:
    """Whether this may be the beginning of a request: what whoever scans ports sends is mostly none."""
    return first == b"\r\n" or _METHOD.match(first) is not None


def parse(first: bytes, otherwise: str = "") -> Asked | None:
    """Of a request whose headers came whole; None of anything else. `otherwise`: the language where none is asked for
    that there is."""
    head, end, _ = first.partition(_END)
    line, _, rest = head.decode("latin-1").partition("\r\n")
    words = line.split(" ")
    if not end or len(words) != 3 or not words[2].startswith("HTTP/1."):
        return None
    fields = [field.partition(":") for field in rest.split("\r\n")]
    headers = {name.strip().lower(): value.strip() for name, _, value in fields}
    # A browser says what for; scripts of an open page ask for other things, and would take this for their answer.
    looked_at = "text/html" in headers.get("accept", "") and headers.get("sec-fetch-mode", "navigate") == "navigate"
    return Asked(words[0] in ("GET", "HEAD") and looked_at, words[0] == "HEAD", _language(headers, otherwise))


def _language(headers: dict[str, str], otherwise: str) -> str:
    for cookie in headers.get("cookie", "").split(";"):
        name, _, tag = cookie.strip().partition("=")
        if name + "=" == LANGUAGE_COOKIE and tag in languages.available():
            return tag
    return languages.of_browser(headers.get("accept-language", ""), otherwise)
