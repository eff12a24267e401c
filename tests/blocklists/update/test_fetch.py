# SPDX-License-Identifier: GPL-3.0-or-later
import gzip
import os
import socket
import threading
import tracemalloc
from base64 import b64encode
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from ports import free_port
from waiting import HANG_SECONDS

from blocklists.formats.unpack import Refused
from blocklists.update.fetch import Answer, FetchFailed, Limits, fetch
from store.base import logs

LIST = b"ads.example\ntwo.example\n"
PATIENT = Limits(connect=HANG_SECONDS, read=HANG_SECONDS, total=HANG_SECONDS, size=1 << 20)


def got(source: str, known: Answer | None = None, limits: Limits = PATIENT) -> tuple[bytes, Answer]:
    out = BytesIO()
    answer = fetch(source, out, known=known, limits=limits)
    return out.getvalue(), answer


def fails(source: str, words: str, error: type[Exception] = FetchFailed, limits: Limits = PATIENT) -> None:
    with pytest.raises(error, match=words):
        got(source, limits=limits)


def test_a_list_and_what_stands_for_it(serve: Any) -> None:
    url = serve.sending(LIST, etag='"1"', last_modified="Tue, 24 Nov 2026 12:00:00 GMT")
    assert got(url) == (LIST, Answer(True, '"1"', "Tue, 24 Nov 2026 12:00:00 GMT"))


def test_an_unchanged_list_is_not_sent_again(serve: Any) -> None:
    def behave(con: socket.socket, request: str) -> None:
        asked = 'if-none-match: "1"' in request.lower() and "if-modified-since: yesterday" in request.lower()
        con.sendall(serve.response(status="304 Not Modified") if asked else serve.response(b"", "500 Wrong"))

    known = Answer(False, '"1"', "yesterday")
    assert got(serve(behave), known) == (b"", known)


def test_not_modified_without_a_copy_is_asked_again(serve: Any) -> None:
    def behave(con: socket.socket, request: str) -> None:
        con.sendall(serve.response(LIST) if "no-cache" in request else serve.response(status="304 Not Modified"))

    assert got(serve(behave))[0] == LIST
    fails(serve.sending(status="304 Not Modified"), "304 Not Modified")


@pytest.mark.parametrize("coding", [{}, {"content_encoding": "gzip"}])
def test_gzip_is_unpacked_whether_announced_or_not(serve: Any, coding: dict[str, str]) -> None:
    assert got(serve.sending(gzip.compress(LIST), **coding))[0] == LIST


def test_a_packed_file_packed_again_on_the_way(serve: Any) -> None:
    twice = gzip.compress(gzip.compress(LIST))
    assert got(serve.sending(twice, content_encoding="gzip"))[0] == LIST


def test_redirects_are_followed(serve: Any) -> None:
    target = serve.sending(LIST)
    assert got(serve.sending(status="302 Found", location=f"{target}/list"))[0] == LIST


def test_a_redirect_loop_ends(serve: Any) -> None:
    fails(serve.sending(status="302 Found", location="/again"), "more than 5 times")


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://example/", "http://[bad", "http://:99999/"])
def test_a_redirect_to_nonsense(serve: Any, location: str) -> None:
    fails(serve.sending(status="302 Found", location=location), "cannot be used|no DNS server tells|cut off")


@pytest.mark.parametrize(
    "status", ["404 Not Found", "500 Oh", "403 Forbidden", "206 Partial Content", "204 No Content"]
)
def test_a_refusing_server_is_quoted(serve: Any, status: str) -> None:
    fails(serve.sending(LIST, status), f"answered {status}")


@pytest.mark.process
def test_nobody_listens() -> None:
    fails(f"http://127.0.0.1:{free_port()}/list", "cannot be reached")


def test_a_silent_server(serve: Any) -> None:
    fails(serve(lambda con, _: con.recv(1)), "sent nothing for 0.3 seconds", limits=replace(PATIENT, read=0.3))


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n"]
)
def test_a_server_that_sends_a_byte_now_and_then(serve: Any, head: bytes) -> None:
    def drip(con: socket.socket, _: str) -> None:
        con.sendall(head or b"HTTP/1.1")
        while True:
            con.sendall(b" ")
            threading.Event().wait(0.1)

    fails(serve(drip), "longer than 0.8 seconds|cut off", limits=replace(PATIENT, total=0.8))


def test_an_endless_body_is_refused_at_the_limit(serve: Any) -> None:
    def flood(con: socket.socket, _: str) -> None:
        con.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            con.sendall(b"ads.example\n" * 5000)

    fails(serve(flood), "larger than 1 MB", Refused)


def test_an_announced_size_beyond_the_limit_is_not_even_read(serve: Any) -> None:
    fails(serve.sending(LIST, content_length=str(1 << 40)), "larger than 1 MB", Refused)


def test_a_body_shorter_than_announced_was_cut_off(serve: Any) -> None:
    fails(serve.sending(LIST, content_length="99"), "cut off")


def test_a_chunked_body_without_its_end_was_cut_off(serve: Any) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    fails(serve(lambda con, _: con.sendall(head + b"18\r\n" + LIST + b"\r\n")), "cut off")


def test_gzip_that_stops_early_is_refused(serve: Any) -> None:
    fails(serve.sending(gzip.compress(LIST * 99)[:-15]), "cut off", Refused)


def test_a_bomb_is_refused_in_bounded_memory(serve: Any) -> None:
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)))
    url = serve.sending(bomb, content_encoding="gzip")
    tracemalloc.start()
    try:
        fails(url, "larger than 1 MB", Refused)
        assert tracemalloc.get_traced_memory()[1] < 12_000_000
    finally:
        tracemalloc.stop()


def test_a_coding_that_nobody_asked_for(serve: Any) -> None:
    fails(serve.sending(b"\x0b\x08\x80\x01\0\x02" + LIST, content_encoding="br"), "packed it as br")


@pytest.mark.parametrize("coding", ["br", "utf-8", "none", "gzip, gzip", "binary", "gzip,br"])
def test_a_coding_that_the_body_does_not_have(serve: Any, coding: str) -> None:
    for body in (LIST, gzip.compress(LIST), gzip.compress(gzip.compress(gzip.compress(LIST)))):
        assert got(serve.sending(body, content_encoding=coding))[0] == LIST


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_a_list_is_kept_as_plain_text(serve: Any, tmp_path: Path, encoding: str) -> None:
    sent = LIST.decode().replace("\n", "\r").encode(encoding)
    file = tmp_path / "list.txt"
    file.write_bytes(gzip.compress(sent))
    for source in (serve.sending(sent), str(file)):
        assert got(source)[0].removeprefix(b"\xef\xbb\xbf") == LIST.removesuffix(b"\n") + got(source)[0][-1:]


@pytest.mark.parametrize(
    "reply", [b"", b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", b"\0" * 99]
)
def test_what_is_no_http(serve: Any, reply: bytes) -> None:
    fails(serve(lambda con, _: con.sendall(reply)), "cut off|cannot be used")


@pytest.mark.parametrize("source", ["http://", "http://[bad", "http://a b/", "ftp://example/list", "nonsense"])
def test_a_source_that_cannot_be(source: str) -> None:
    fails(source, "cannot be used|no DNS server tells")


def test_a_proxy_of_the_environment_is_not_used(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert got(serve.sending(LIST))[0] == LIST


def test_a_file_of_this_machine(tmp_path: Path) -> None:
    path = tmp_path / "my list.txt"
    path.write_bytes(gzip.compress(LIST))
    text, answer = got(str(path))
    assert text == LIST
    assert got(str(path), answer) == (b"", Answer(False, answer.etag, None))
    path.write_bytes(LIST * 2)
    assert got(str(path), answer)[0] == LIST * 2


def test_files_that_are_none(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    fails(str(tmp_path / "gone"), "cannot be read \\(No such file")
    fails(str(tmp_path), "is no file")
    fails(str(tmp_path / "pipe"), "is no file")
    fails("/dev/zero", "is no file")


@pytest.mark.parametrize("why", ["certificate is not yet valid", "certificate has expired"])
def test_a_certificate_that_a_wrong_clock_refuses_says_so(why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_: Any, **__: Any) -> Any:
        raise httpx2.ConnectError(f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {why} (_ssl.c:1006)")

    monkeypatch.setattr("blocklists.update.fetch._sent", refused)
    fails("https://lists.example/a.txt", "see that the clock is right")


def test_a_password_opens_the_list_and_is_told_by_nothing(
    serve: Any, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    def behave(con: socket.socket, request: str) -> None:
        allowed = f"basic {b64encode(b'lodger:hunter22').decode()}" in request.replace("Basic", "basic")
        con.sendall(serve.response(LIST) if allowed else serve.response(b"", "401 lodger:hunter23 is wrong"))

    url = serve(behave)
    logs.setup("updater")
    assert got(url.replace("://", "://lodger:hunter22@"))[0] == LIST
    for source in (url.replace("://", "://lodger:hunter23@"), "http://lodger:hunter22@lists.invalid/"):
        with pytest.raises(FetchFailed) as failed:
            got(source)
        assert "hunter2" not in str(failed.value) and failed.value.__cause__ is None
    said = capfd.readouterr()
    assert "hunter2" not in said.err + said.out + caplog.text
