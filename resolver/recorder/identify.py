# SPDX-License-Identifier: GPL-3.0-or-later
"""Who stands behind an address: its maker by its MAC (OUI table), its name (PTR, mDNS).

Nothing here is on a query's way: the recorder asks, in a thread of its own. Whatever does not answer stays unknown.
Only addresses of the home are looked up, and only at the router and on the link, so that nothing leaks.
"""

from __future__ import annotations

import os
import re
import socket
import time

from dnslib import DNSQuestion, DNSRecord

from network import routes
from wire.addresses import HOME_DEVICES, holder, parse

MDNS = ("224.0.0.251", 5353)
PTR_SECONDS = 1.0
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


def name_of(address: str) -> str | None:
    """The name that the router (PTR) or the device itself (mDNS) gives for `address`; None when neither answers."""
    parsed = parse(address)
    if not _is_of_a_home(parsed.packed):
        return None
    router = routes.router()
    found = _ask_ptr(parsed.reverse_pointer, (router, 53)) if router and router != address else None
    return found or _ask_ptr(parsed.reverse_pointer, MDNS)


def clean_name(text: str) -> str | None:
    """A host name fit to show: without its domain, printable, short; None when nothing is left."""
    label = text.rstrip(".").split(".")[0].strip()[:NAME_MAX]
    return label if _NAME.fullmatch(label) else None


def _ask_ptr(reverse: str, server: tuple[str, int]) -> str | None:
    """One PTR query; the answer is hostile until `clean_name` has seen it."""
    question = DNSRecord(q=DNSQuestion(reverse, 12, 0x8001 if server == MDNS else 1))  # RFC 6762 5.4: answer to me
    question.header.id = int.from_bytes(os.urandom(2), "big")
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            if server != MDNS:
                sock.connect(server)  # from nobody else
            sock.sendto(bytes(question.pack()), server) if server == MDNS else sock.send(bytes(question.pack()))
            end = time.monotonic() + PTR_SECONDS
            while (left := end - time.monotonic()) > 0:
                sock.settimeout(left)
                found = _read_ptr(sock.recv(2048), reverse, question.header.id, strict=server != MDNS)
                if found:
                    return found
    except OSError:
        return None
    return None


def _read_ptr(packet: bytes, reverse: str, ident: int, *, strict: bool) -> str | None:
    try:
        answer = DNSRecord.parse(packet)
        if strict and answer.header.id != ident:
            return None
        for record in answer.rr:
            if record.rtype == 12 and str(record.rname).rstrip(".").lower() == reverse:
                return clean_name(str(record.rdata))
    except Exception:  # the library raises all kinds of errors on bytes it was not made for
        return None
    return None
