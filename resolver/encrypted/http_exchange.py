# SPDX-License-Identifier: GPL-3.0-or-later
"""One request and its response, whichever HTTP they go over: what sessions share with who answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from store.base import languages

MAX_WISH = 200  # bytes of what a browser says of languages
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Request:
    """Its head. `path` with what stands behind the question mark; `word`: the first label of the name connected to."""

    method: str
    path: str
    authority: bytes
    headers: Headers
    address: str
    port: int
    word: str

    def header(self, name: bytes) -> bytes:
        """The first of this name, in small letters; b"" for none."""
        return next((value for key, value in self.headers if key == name), b"")

    @property
    def language(self) -> str:
        """Of the sentences that it is answered with; programs that ask for a name wish none."""
        wished = self.header(b"accept-language")[:MAX_WISH]
        return languages.of_browser(wished.decode("latin-1")) if wished else languages.ENGLISH


class Reply(Protocol):
    """The way back of one request. After `end` or `abort`, and once the client has gone, nothing is sent any more."""

    def head(self, status: int, headers: Headers) -> None:
        """Status and headers, once."""

    def data(self, chunk: bytes) -> None:
        """A part of the body."""

    def end(self) -> None:
        """The body was whole."""

    def abort(self) -> None:
        """It will not be whole, or there is none."""

    @property
    def crowded(self) -> bool:
        """Whether the client has much to take still; `Taker.room` is called when it has taken it."""

    def hold(self) -> None:
        """Let the client send no more of the body for now."""

    def release(self) -> None:
        """It may go on."""


class Taker(Protocol):
    """Who answers one request."""

    def body(self, chunk: bytes) -> None:
        """A part of the request's body."""

    def complete(self) -> None:
        """The request is whole."""

    def gone(self) -> None:
        """The client has gone, or wants no answer any more."""

    def room(self) -> None:
        """There is room again for what is to be sent."""


class Site(Protocol):
    """Who finds a taker for each request."""

    def take(self, request: Request, reply: Reply) -> Taker:
        """At its head; a refusal may be sent at once."""


class Deaf:
    """A taker for a request that was answered at its head."""

    def body(self, chunk: bytes) -> None:
        """It does not matter any more."""

    def complete(self) -> None:
        """Likewise."""

    def gone(self) -> None:
        """Likewise."""

    def room(self) -> None:
        """Likewise."""


def answer(
    reply: Reply, status: int, text: str, more: Headers | None = None, request: Request | None = None
) -> Taker:  # fmt: skip
    """A whole response in plain words, in the language of the request where there is one."""
    body = (languages.tell(text, request.language) if request is not None else text).encode() + b"\n"
    reply.head(status, [
        (b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"), *(more or ()),
    ])  # fmt: skip
    reply.data(body)
    reply.end()
    return Deaf()
