# SPDX-License-Identifier: GPL-3.0-or-later
"""Which servers a question goes to: the house's, a group's own, or those that a domain is forwarded to. Pure.

What other servers said is another answer: whoever keeps answers, or joins questions on their way, puts the route's
`tag` in front of the key. The same servers have the same tag, whoever chose them, so they share what they said.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from resolver.upstream.question_key import TAG_SIZE, TAGGED

MAX_KEPT = 2000  # routes made lately; a home has a group or two with upstreams of its own, and some forwards


class Route(NamedTuple):
    """`specs`: of the servers, in the order of choice; none: the house's. `domain`: that is forwarded, else ""."""

    specs: tuple[str, ...] = ()
    tag: bytes = b""
    domain: str = ""


HOUSE = Route()


def to_servers(specs: Iterable[str], domain: str = "") -> Route:
    """The route to these servers; to none of their own: the house's."""
    return _made(tuple(specs), domain)


@lru_cache(maxsize=MAX_KEPT)
def _made(specs: tuple[str, ...], domain: str) -> Route:
    if not specs:
        return HOUSE
    return Route(specs, TAGGED + blake2b("\n".join(specs).encode(), digest_size=TAG_SIZE - 1).digest(), domain)
