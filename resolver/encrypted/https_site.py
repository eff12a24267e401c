# SPDX-License-Identifier: GPL-3.0-or-later
"""What is served over HTTPS: DNS under its path, all else the pages, which are for the home alone."""

from __future__ import annotations

import socket

from resolver.encrypted import dns_requests
from resolver.encrypted.dns_requests import DnsRequests, House
from resolver.encrypted.http_exchange import Reply, Request, Taker, answer
from resolver.encrypted.page_requests import PageRequests
from store.base.sentences import say

_MAX_LINE = 2048  # characters of a request over plain HTTP that is led to where it belongs
_HOST = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]%_")


class HttpsSite:
    """A `Site`."""

    def __init__(self, house: House, pages: socket.socket | None) -> None:
        self._house = house
        self._dns, self._pages = DnsRequests(house), PageRequests(pages)

    def take(self, request: Request, reply: Reply) -> Taker:
        if not request.path.startswith("/"):
            return answer(reply, 400, say("This is no request that HTTP knows."), request=request)
        word = dns_requests.word_of(request.path)
        if word is not None:
            return self._dns.take(request, reply, word)
        if not self._house.admission.at_home(request.address):
            self._house.count("stranger")
            return answer(reply, 403, say("The pages are for the home network."), request=request)
        return self._pages.take(request, reply)


def led_to_https(data: bytes) -> bytes:
    """The answer to plain HTTP on the port of HTTPS: where the page is. b"" for what is no HTTP."""
    line, _, rest = data[:_MAX_LINE].partition(b"\r\n")
    method, _, target = line.partition(b" ")
    path, _, version = target.partition(b" ")
    if not (method.isalpha() and version.startswith(b"HTTP/1.")):
        return b""
    hosts = [each[5:].strip() for each in rest.split(b"\r\n") if each[:5].lower() == b"host:"]
    body = b"This port speaks HTTPS: write https:// before the address.\n"
    head = b"content-type: text/plain\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(body)
    is_clean = path.startswith(b"/") and path.isascii() and all(32 < letter < 127 for letter in path)
    if len(hosts) == 1 and hosts[0] and set(hosts[0]) <= _HOST and is_clean:
        return b"HTTP/1.1 307 Temporary Redirect\r\nlocation: https://%b%b\r\n" % (hosts[0], path) + head + body
    return b"HTTP/1.1 400 Bad Request\r\n" + head + body
