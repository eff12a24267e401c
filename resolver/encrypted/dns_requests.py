# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS over HTTPS (RFC 8484): a query in a GET or a POST, and its answer with how long it may be kept."""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Callable
from typing import Protocol
from urllib.parse import parse_qs

from resolver.encrypted import questions
from resolver.encrypted.admission import Admission
from resolver.encrypted.http_exchange import Deaf, Headers, Reply, Request, Taker, answer
from resolver.encrypted.worker_link import WorkerLink
from store.base.sentences import say
from store.log.records import Transport
from wire.hop_options import Survey

PATH = "/dns-query"
TYPE = b"application/dns-message"
MAX_PATH = 8192  # characters: the largest query in base64 and a device's word
FORWARDED_FOR = b"x-forwarded-for"
PROXIED = (FORWARDED_FOR, b"x-real-ip", b"forwarded", b"via")  # of a request that came through a proxy
CLIENT_WAITING = 200  # queries of one client without an answer; a browser has some dozens
_DOH = int(Transport.DOH)
_ALLOW = (b"allow", b"GET, POST")
_STRANGER = say("This is for the home, and for devices with an address of their own.")
_NO_MESSAGE = say("Send a DNS message, as application/dns-message.")
_SHARED = (b"access-control-allow-origin", b"*")  # pages may ask, as of any DNS over HTTPS


class House(Protocol):
    """What the process knows that is needed here."""

    admission: Admission
    link: WorkerLink

    def count(self, why: str) -> None:
        """A refusal."""


def word_of(path: str) -> str | None:
    """The device's word in a path for DNS, "" for none; None: the path is a page's."""
    bare = path.partition("?")[0]
    if bare == PATH:
        return ""
    before, _, word = bare.partition(f"{PATH}/")
    return word.rstrip("/").lower() if not before and bare.startswith(f"{PATH}/") and "/" not in word[:-1] else None


class DnsRequests:
    """Takes requests for DNS of all connections."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._waiting: Counter[str] = Counter()  # by client's address; as many as there are connections

    def take(self, request: Request, reply: Reply, word: str) -> Taker:
        """Who answers it; `word`: the device's, as the path says it."""
        client = self._client(request, word or request.word)
        if client is None:
            self._house.count("stranger")
            return answer(reply, 403, _STRANGER, request=request)
        if request.method == "GET":
            return _Asked(self, request, reply, client, _of_url(request.path))
        if request.method != "POST":
            return answer(reply, 405, say("Ask with GET or POST."), [_ALLOW], request)
        if request.header(b"content-type").partition(b";")[0].strip().lower() != TYPE:
            return answer(reply, 415, _NO_MESSAGE, request=request)
        length = request.header(b"content-length")
        if length.isdigit() and int(length[:12]) > questions.MAX_QUERY:
            return _too_large(reply, request)
        return _Asked(self, request, reply, client, None)

    def _client(self, request: Request, word: str) -> str | None:
        admission = self._house.admission
        if not any(request.header(name) for name in PROXIED):
            return admission.client(request.address, word)
        forwarded = ",".join(value.decode("latin-1") for name, value in request.headers if name == FORWARDED_FOR)
        return admission.client_behind(request.address, forwarded, word)

    def begin(self, address: str) -> bool:
        """Whether a client may have one more without an answer."""
        if self._waiting[address] >= CLIENT_WAITING:
            self._house.count("busy")
            return False
        self._waiting[address] += 1
        return True

    def over(self, address: str) -> None:
        """One less."""
        self._waiting[address] -= 1
        if self._waiting[address] <= 0:
            del self._waiting[address]

    def ask(self, packet: bytes, client: str, answered: Callable[[bytes | None, Survey], None]) -> int:
        return questions.ask(self._house.link, packet, _DOH, client, answered)

    def forget(self, number: int) -> None:
        self._house.link.forget(number)


class _Asked:
    """One request; a `Taker`. `packet`: of a GET, b"" where there is none in it; None: the body has it."""

    def __init__(
        self, requests: DnsRequests, request: Request, reply: Reply, client: str, packet: bytes | None
    ) -> None:
        self._requests, self._request, self._reply, self._client = requests, request, reply, client
        self._packet, self._in_body = packet or b"", packet is None
        self._number = -1
        self._done = False

    def body(self, chunk: bytes) -> None:
        if self._in_body and not self._done:
            self._packet += chunk
            if len(self._packet) > questions.MAX_QUERY:
                self._done = True
                _too_large(self._reply, self._request)

    def complete(self) -> None:
        if self._done:
            return
        if len(self._request.path) > MAX_PATH or len(self._packet) > questions.MAX_QUERY:
            self._refuse(414, say("The address is too long for a DNS query; use POST."))
        elif not questions.is_query(self._packet):
            self._refuse(400, say("There is no DNS query in this request."))
        elif not self._requests.begin(self._request.address):
            self._refuse(429, say("Too many queries wait for an answer; try again shortly."), [(b"retry-after", b"1")])
        else:
            self._number = self._requests.ask(self._packet, self._client, self._answered)

    def gone(self) -> None:
        if self._number >= 0 and not self._done:
            self._requests.forget(self._number)
            self._requests.over(self._request.address)
        self._done = True

    def room(self) -> None:
        """An answer is small: nothing was held back."""

    def _refuse(self, status: int, text: str, more: Headers | None = None) -> None:
        self._done = True
        answer(self._reply, status, text, more, self._request)

    def _answered(self, response: bytes | None, facts: Survey) -> None:
        if self._done:
            return
        self._done = True
        self._requests.over(self._request.address)
        if response is None:
            self._reply.abort()
            return
        kept = b"no-store" if facts.seconds is None else b"max-age=%d" % facts.seconds
        self._reply.head(200, [
            (b"content-type", TYPE), (b"content-length", str(len(response)).encode()), (b"cache-control", kept),
            _SHARED,
        ])  # fmt: skip
        self._reply.data(response)
        self._reply.end()


def _too_large(reply: Reply, request: Request) -> Taker:
    text = say("That is too large for a DNS query; {most} bytes is the most.", most=questions.MAX_QUERY)
    answer(reply, 413, text, None, request)
    return Deaf()


def _of_url(path: str) -> bytes:
    """The query in `?dns=`, in base64 for URLs with or without its padding; b"" where there is none."""
    try:
        values = parse_qs(path.partition("?")[2], max_num_fields=8).get("dns", []) if len(path) <= MAX_PATH else []
        if len(values) != 1:
            return b""
        return base64.b64decode(values[0] + "=" * (-len(values[0]) % 4), b"-_", validate=True)
    except (ValueError, binascii.Error):
        return b""
