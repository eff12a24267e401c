# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a list comes from, as people may read it: without what opens its door; and why it may not come from there.

What may not is `network.list_sources`'s to tell.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from network.list_sources import Unfit, literal
from store.base.sentences import say
from wire.addresses import Address
from wire.embedded import behind

HIDDEN = "***"
# Parameters of an address whose value is a key, by the words in their names.
_WORDS = "token|key|apikey|auth|pass|passwd|password|pwd|secret|sig|signature|access"
_KEYS = re.compile(rf"(?:^|[-_.])(?:{_WORDS})(?:$|[-_.])", re.IGNORECASE)
_LEAST = 4  # characters; a shorter secret hides nothing, and its letters are everywhere


def shown(source: str) -> str:
    """The source without user, password and keys: `https://***@host/list.txt?key=***`; a path as it is."""
    if "://" not in source:
        return source
    try:
        parts = urlsplit(source)
        _, at, host = parts.netloc.rpartition("@")
        query = "&".join(_without_value(pair) for pair in parts.query.split("&"))
        return urlunsplit(parts._replace(netloc=f"{HIDDEN}@{host}" if at else host, query=query))
    except ValueError:
        return garbled(source)


def garbled(source: str) -> str:
    """The same of a text that does not read as an address: nothing is left that could be a user or a password."""
    before, mark, rest = source.partition("://")
    return f"{before}{mark}{HIDDEN}@{rest.rpartition('@')[2]}" if mark and "@" in rest else source


def has_hidden(source: str) -> bool:
    """Whether this is a source as it is shown, with its secrets left out."""
    return HIDDEN in source


def secrets_of(source: str) -> list[str]:
    """What must not be told: user, password and keys, as they are written and as they mean."""
    try:
        return [secret for secret in _secrets(source) if len(secret) >= _LEAST]
    except ValueError:
        return [source]


def _secrets(source: str) -> Iterator[str]:
    parts = urlsplit(source)
    user = parts.netloc.rpartition("@")[0]
    for text in (user, *user.split(":", 1), *(value for key, value in parse_qsl(parts.query) if _KEYS.search(key))):
        yield text
        yield unquote(text)


def _without_value(pair: str) -> str:
    key, mark, _ = pair.partition("=")
    return f"{key}={HIDDEN}" if mark and _KEYS.search(key) else pair


def address_refused(why: Unfit, address: Address) -> str:
    """A clause that follows the list's title and "was not fetched:"."""
    shown = behind(address)
    if why is Unfit.METADATA:
        return say("its server has the address {address}, where a cloud keeps secrets", address=shown)
    if why is Unfit.LINK:
        return say(
            "its server has the address {address}, which is of one link and no place for a list", address=shown
        )
    return say("its server has the address {address}, this machine itself", address=shown)


def host_refused(why: Unfit, host: str) -> str:
    """The same of a host as it was typed."""
    address = literal(host)
    if address is None:
        return say("{host} is this machine itself", host=host)
    return address_refused(why, address)
