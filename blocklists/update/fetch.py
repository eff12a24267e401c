# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring the text of a list here from its source: an HTTP(S) address or a file of this machine.

What a server does cannot hurt more than this one list: time, size, redirects and what gzip unpacks to are all bounded,
and `reach` says to which addresses a source, or a redirect, may lead.
Proxy settings and password files of the environment are not looked at; a proxy is used only when it is handed in.
"""

import asyncio
import re
import socket
import stat
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx2

from blocklists.formats import list_text
from blocklists.formats.unpack import MAX_BYTES, PIECE, Refused, Unwrapper
from blocklists.update import source_address
from blocklists.update.source_address import Forbidden
from network.list_sources import is_home_host
from store.base.file_faults import open_file
from store.base.sentences import say, sentence_of
from store.health import unreached
from store.names.list_origins import secrets_of

MAX_REDIRECTS = 5  # publishers use one or two
MAX_ADDRESSES = 4  # of one server that are tried
HEADERS = {"User-Agent": "Telltale (DNS blocklist update)", "Accept": "text/plain, */*", "Accept-Encoding": "gzip"}


class FetchFailed(Exception):  # noqa: N818 - what happened, named as people say it
    """A source could not be fetched. The text is a clause that follows the list's title and "was not fetched:"."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect, between two reads, and for the whole; bytes of text."""

    connect: float = 15.0
    read: float = 30.0
    total: float = 600.0  # the largest lists take this on a line of half a megabit
    size: int = MAX_BYTES


USUAL = Limits()
_TROUBLE = (
    *(httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError),
    *(ValueError, OverflowError, ExceptionGroup),  # from an address that makes no sense; the client lets them through
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the source said. `changed` False: it is still the text that `etag` and `last_modified` stand for."""

    changed: bool
    etag: str | None
    last_modified: str | None


def fetch(
    source: str,
    out: BinaryIO,
    *,
    known: Answer | None = None,
    proxy: str | None = None,
    limits: Limits = USUAL,
) -> Answer:
    """Write the text at `source`, unpacked, to `out`; nothing when it has not changed since `known`.

    Raise `FetchFailed`, or `Refused` when the data is larger than the limit or damaged. OSError comes from `out`.
    """
    if source.startswith("/"):
        return _copy(Path(source), out, known, limits)
    try:
        return asyncio.run(_in_time(source, out, known, proxy, limits))
    except TimeoutError:
        raise FetchFailed(say("it took longer than {seconds} seconds", seconds=f"{limits.total:g}")) from None
    except (Forbidden, FetchFailed) as error:
        raise FetchFailed(_told(sentence_of(error), source)) from None
    except _TROUBLE as error:
        raise FetchFailed(_told(_words(error, limits), source)) from None


def _copy(path: Path, out: BinaryIO, known: Answer | None, limits: Limits) -> Answer:
    """Copy a file of this machine. Its size and time stand for its content, as an ETag does."""
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            raise FetchFailed(say("{path} is no file", path=path))
        tag = f"{info.st_size}-{info.st_mtime_ns}"
        if known and known.etag == tag:
            return Answer(False, tag, None)
        file = open_file(path)
    except OSError as error:
        raise FetchFailed(say("{path} cannot be read ({error})", path=path, error=error.strerror)) from error
    with file:
        text = _Text(limits.size)
        while chunk := file.read(PIECE):
            out.writelines(text.feed(chunk))
        out.writelines(text.end())
    return Answer(True, tag, None)


async def _in_time(source: str, out: BinaryIO, known: Answer | None, proxy: str | None, limits: Limits) -> Answer:
    """`fetch` from a server. The time-out is around everything: a header may also come one byte a minute."""
    timeout = httpx2.Timeout(limits.read, connect=limits.connect)
    async with (
        asyncio.timeout(limits.total),
        httpx2.AsyncClient(timeout=timeout, trust_env=False, proxy=proxy, headers=HEADERS) as client,
    ):
        async with _asked(client, source, _conditions(known), proxied=bool(proxy)) as response:
            if response.status_code != 304:
                return await _taken(response, out, limits)
            if known is not None:
                return Answer(False, known.etag, known.last_modified)
        # Not modified, though we asked for it unconditionally: a cache on the way is confused.
        async with _asked(client, source, {"Cache-Control": "no-cache"}, proxied=bool(proxy)) as response:
            return await _taken(response, out, limits)


@asynccontextmanager
async def _asked(
    client: httpx2.AsyncClient, url: str, headers: Mapping[str, str], *, proxied: bool
) -> AsyncIterator[httpx2.Response]:
    """Give the response for `url` after at most `MAX_REDIRECTS` redirects, its body not yet read."""
    here = httpx2.URL(url)
    home = is_home_host(here.host)
    for _ in range(MAX_REDIRECTS + 1):
        response = await _sent(client, here, headers, proxied=proxied, home=home)
        try:
            target = response.headers.get("location", "") if response.is_redirect else ""
            if not target:
                yield response
                return
        finally:
            await response.aclose()
        onward = here.join(target)
        if here.scheme == "https" and onward.scheme != "https":
            raise FetchFailed(say("its server leads from https to an address that is not encrypted"))
        here, home = onward, home and is_home_host(onward.host)
    raise FetchFailed(say("its server redirects more than {most} times", most=MAX_REDIRECTS))


async def _sent(
    client: httpx2.AsyncClient, url: httpx2.URL, headers: Mapping[str, str], *, proxied: bool, home: bool
) -> httpx2.Response:
    """Send a request to an address that was looked at; to the next one where a server has several and one is away.

    A proxy finds the address by itself; then only what can be seen from here is looked at.
    """
    if url.scheme not in ("http", "https") or not url.host:
        raise FetchFailed(say("its address or what its server sent cannot be used (no http or https address)"))
    try:
        addresses = await source_address.addresses(url.host, url.port or 443, home=home)
    except (OSError, UnicodeError) as error:
        if not proxied:
            why = unreached.no_address if isinstance(error, socket.gaierror) else unreached.no_server
            raise FetchFailed(why(sentence_of(error))) from error
    if proxied:
        return await client.send(client.build_request("GET", url, headers=headers), stream=True)
    failed: Exception | None = None
    for address in addresses[:MAX_ADDRESSES]:
        request = client.build_request(
            "GET",
            url.copy_with(host=address),
            headers={**headers, "Host": url.netloc.decode("ascii")},
            extensions={"sni_hostname": url.host},
        )
        try:
            return await client.send(request, stream=True)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            failed = error
    raise failed or FetchFailed(say("its server has no address"))


async def _taken(response: httpx2.Response, out: BinaryIO, limits: Limits) -> Answer:
    """Write the body to `out`, unpacked as often as it is packed. A coding is believed where the body shows it, too."""
    if response.status_code != 200:
        status = f"{response.status_code} {response.reason_phrase}".rstrip()
        raise FetchFailed(say("its server answered {status}", status=status))
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limits.size:
        raise Refused(say("it is larger than {most} MB", most=limits.size // (1024 * 1024)))
    text, begun = _Text(limits.size), False
    asked = _CODINGS.issuperset(coding.replace(" ", "").split(","))

    def write(pieces: Iterator[bytes]) -> None:
        nonlocal begun
        for piece in pieces:
            if not begun and not asked and _packed(piece):
                raise FetchFailed(say("its server packed it as {coding}, which was not asked for", coding=coding[:20]))
            begun = True
            out.write(piece)

    async for chunk in response.aiter_raw():
        write(text.feed(chunk))
    write(text.end())
    return Answer(True, _short(response.headers.get("etag")), _short(response.headers.get("last-modified")))


_CODINGS = frozenset({"gzip", "x-gzip", "identity", ""})


def _packed(text: bytes) -> bool:
    """Whether the first piece of a text is none, judged by signs that no list has."""
    sample = text[:1024]
    return list_text.binary(sample) or sum(sign < 32 and sign not in b"\t\n\r\f" for sign in sample) * 20 > len(sample)


class _Text:
    """The bytes of a list as they arrive, packed or not and in any encoding, as the text that is kept."""

    def __init__(self, limit: int) -> None:
        self._unwrapper, self._plain = Unwrapper(limit), list_text.PlainText()

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        for piece in self._unwrapper.feed(chunk):
            yield from self._plain.feed(piece)

    def end(self) -> Iterator[bytes]:
        for piece in self._unwrapper.end():
            yield from self._plain.feed(piece)
        yield from self._plain.end()


def _conditions(known: Answer | None) -> dict[str, str]:
    """Return the headers that ask for the text only if it changed (RFC 9110, section 13)."""
    conditions = {}
    if known and known.etag:
        conditions["If-None-Match"] = known.etag
    if known and known.last_modified:
        conditions["If-Modified-Since"] = known.last_modified
    return conditions


def _short(value: str | None) -> str | None:
    """Return a header worth keeping; a longer one than any server sends would only fill the database."""
    return value if value and len(value) <= 200 else None


def _told(words: str, source: str) -> str:
    """The words, but for those that say back what opens the source's door."""
    if any(secret in words for secret in secrets_of(source)):
        return say("its server refused it, or its address cannot be used")
    return words


def _words(error: Exception, limits: Limits) -> str:
    """Return what went wrong, in plain words."""
    if re.search("certificate (?:is not yet valid|has expired)", str(error)):
        return say(
            "the certificate of its server is not valid at the time that the clock of this machine shows, {now}; "
            "see that the clock is right", now=time.strftime("%Y-%m-%d %H:%M"),
        )  # fmt: skip
    if isinstance(error, httpx2.ConnectTimeout):
        return say("its server did not answer within {seconds} seconds", seconds=f"{limits.connect:g}")
    if isinstance(error, httpx2.TimeoutException):
        return say("its server sent nothing for {seconds} seconds", seconds=f"{limits.read:g}")
    if isinstance(error, httpx2.ConnectError | httpx2.ProxyError):
        return unreached.no_server(sentence_of(error))
    if isinstance(error, httpx2.RemoteProtocolError | httpx2.ReadError):
        return say("the transfer was cut off ({error})", error=str(error) or say("connection lost"))
    return say("its address or what its server sent cannot be used ({error})", error=sentence_of(error))
