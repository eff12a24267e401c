# SPDX-License-Identifier: GPL-3.0-or-later
"""Who stands behind an address: its maker by its MAC (OUI table), its name (PTR, mDNS).

Nothing here is on a query's way: the recorder asks, in a thread of its own. Whatever does not answer stays unknown.
Only addresses of the home are looked up, and only at the router and on the link, so that nothing leaks.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator

from network import routes
from wire import stub
from wire.addresses import HOME_DEVICES, holder, parse
from wire.message import HEADER
from wire.names import Malformed, read_labels, read_name, skip_name
from wire.resource_records import walk
from wire.stub import Asked, Server
from wire.types import IN, PTR

MDNS = ("224.0.0.251", 5353)
PTR_SECONDS = 1.0
_RESPONSE = 0x8000  # in the flags of a header
_ANSWER_TO_ME = 0x8000  # in the class of an mDNS question: answer me, not the group (RFC 6762 section 5.4)
NAME_MAX = 63  # a host name's first label; what is longer or stranger is no name to show
_is_of_a_home = holder(HOME_DEVICES)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.'()-]{0,62}")


def maker_of(mac: str) -> str | None:
    """The company to which the IEEE gave the MAC's prefix; None for the random addresses that phones make up."""
    from aiooui import async_load, get_vendor, is_loaded  # the table is 0.8 MB: loaded when first asked

    if int(mac[:2], 16) & 2:
        return None  # locally administered: it names nobody
    if not is_loaded():
        import asyncio

        asyncio.run(async_load())
    return get_vendor(mac)


def router_name(address: str) -> str | None:
    """The name that the router gives for `address` (PTR); None when it gives none."""
    reverse, router = _reverse(address), routes.router()
    return _ask_ptr(reverse, (router, 53)) if reverse and router and router != address else None


def named_by_itself(router: str) -> str | None:
    """The name that a router gives for its own address (PTR): fritz.box, speedport.ip. None when it gives none."""
    reverse = _reverse(router)
    return _ask_ptr(reverse, (router, 53)) if reverse else None


def own_name(address: str) -> str | None:
    """The name that the device itself gives (mDNS, PTR of its address); None when it does not answer."""
    reverse = _reverse(address)
    return _ask_ptr(reverse, MDNS) if reverse else None


def _reverse(address: str) -> str | None:
    """The reverse name of an address of the home; None for any other, and for what is none."""
    try:
        parsed = parse(address)
    except ValueError:
        return None
    return parsed.reverse_pointer if _is_of_a_home(parsed.packed) else None


def clean_name(text: str) -> str | None:
    """A host name fit to show: without its domain, printable, short; None when nothing is left."""
    label = text.rstrip(".").split(".")[0].strip()[:NAME_MAX]
    return label if _NAME.fullmatch(label) else None


def _ask_ptr(reverse: str, server: Server) -> str | None:
    """One PTR query; the answer is hostile until `clean_name` has seen it."""
    group = server == MDNS
    qclass = IN | _ANSWER_TO_ME if group else IN
    query = stub.build(reverse, PTR, secrets.randbits(16), qclass)

    def take(packet: bytes) -> str | None:
        if group:
            return _read_ptr(packet, reverse) or None  # others in it may answer other questions
        return _read_ptr(packet, reverse) if stub.is_response(query, packet) else None

    try:
        with Asked(query, server, anybody=group) as asked:
            return asked.answer(take, PTR_SECONDS) or None
    except OSError:
        return None


def _read_ptr(packet: bytes, reverse: str) -> str:
    """The name that a response gives; "" where it gives none, or none fit to show."""
    try:
        labels = list(_first_labels(packet, reverse))
    except Malformed:
        return ""
    return next(filter(None, map(clean_name, labels)), "")


def _first_labels(packet: bytes, reverse: str) -> Iterator[str]:
    """Of each name to which the PTR records of `reverse` point; raises Malformed for what does not read.

    A response over mDNS has no question (RFC 6762 section 6).
    """
    if len(packet) < HEADER.size:
        raise Malformed("it is cut off")
    _, flags, questions, answers, _, _ = HEADER.unpack_from(packet)
    if not flags & _RESPONSE:
        raise Malformed("no response")
    position = HEADER.size
    for _ in range(questions):
        position = skip_name(packet, position) + 4
    for owner, rtype, _, _, start, _ in walk(packet, position, answers):
        if rtype == PTR and read_name(packet, owner) == reverse:
            yield b"".join(read_labels(packet, start)[:1]).decode("ascii", "replace")
