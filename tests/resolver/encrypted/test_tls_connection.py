# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes to the ports of encrypted DNS and is none: nothing of it costs the next client anything."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress

import pytest
from encrypted_house import NAME, EncryptedHouse

from resolver.encrypted.door import BOUNDS
from resolver.encrypted.handshake_limits import CLIENT

pytestmark = pytest.mark.process


@pytest.fixture(autouse=True)
def the_next_one_is_served(encrypted: EncryptedHouse) -> Iterator[None]:
    yield
    assert encrypted.ask("after.example").answer
    assert encrypted.worker.ask("plain.example").answer
    assert not any("Traceback" in line for line in encrypted.log)


def all_of(sock: socket.socket) -> bytes:
    data = b""
    with suppress(OSError):
        while more := sock.recv(65_536):
            data += more
    return data


@pytest.mark.parametrize("kind", ["dot", "https"])
@pytest.mark.parametrize("data", [
    b"\0" * 1000, b"\xff" * 70_000, b"SSH-2.0-OpenSSH\r\n", b"\x16\x03\x01\xff\xff" + bytes(5), b"\x16" * 3000,
    b"\x80\x2e\1\0\2" + bytes(50), b"\0\x1d\0\1\1\0\0\1\0\0\0\0\0\0\3www\7example\0\0\1\0\1",
])  # fmt: skip
def test_garbage_ends_the_connection(encrypted: EncryptedHouse, kind: str, data: bytes) -> None:
    source = f"127.0.3.{len(data) % 200 + 1}"
    with closing(encrypted.plain(kind, source)) as sock:
        with suppress(OSError):
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
        all_of(sock)


def test_plain_http_is_led_to_https(encrypted: EncryptedHouse) -> None:
    with closing(encrypted.plain("https")) as sock:
        sock.sendall(b"GET /devices?x=1 HTTP/1.1\r\nHost: telltale.home.arpa\r\n\r\n")
        answer = all_of(sock)
    assert answer.startswith(b"HTTP/1.1 307 ")
    assert b"\r\nlocation: https://telltale.home.arpa/devices?x=1\r\n" in answer


@pytest.mark.parametrize("head", [
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x/@evil.example\r\n\r\n", b"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.0\r\n\r\n",
])  # fmt: skip
def test_plain_http_with_a_strange_head_is_led_nowhere(encrypted: EncryptedHouse, head: bytes) -> None:
    with closing(encrypted.plain("https")) as sock:
        sock.sendall(head)
        answer = all_of(sock)
    assert answer.startswith(b"HTTP/1.1 400 ") and b"location" not in answer


def test_tls_of_old_is_refused(encrypted: EncryptedHouse) -> None:
    context = ssl.create_default_context(cafile=encrypted.authority)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with closing(encrypted.plain()) as sock, pytest.raises(ssl.SSLError):
        context.wrap_socket(sock, server_hostname=NAME)
    encrypted.until_refused("handshake")


def test_tls_1_2_is_spoken(encrypted: EncryptedHouse) -> None:
    context = encrypted.context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with closing(context.wrap_socket(encrypted.plain(), server_hostname=NAME)) as sock:
        assert sock.version() == "TLSv1.2"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is missing")
def test_nothing_is_agreed_on_again(encrypted: EncryptedHouse) -> None:
    """`R` asks openssl's client to renegotiate."""
    command = ["openssl", "s_client", "-tls1_2", "-connect", f"127.0.0.1:{encrypted.ports['dot']}", "-servername", NAME]
    done = subprocess.run(command, input=b"R\n", capture_output=True, timeout=120, check=False)
    assert b"RENEGOTIATING" in done.stdout + done.stderr
    assert done.returncode != 0 or b"no renegotiation" in done.stderr


def test_a_session_may_be_taken_up_again(encrypted: EncryptedHouse) -> None:
    context = encrypted.context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with closing(context.wrap_socket(encrypted.plain(), server_hostname=NAME)) as first:
        session = first.session
    with closing(context.wrap_socket(encrypted.plain(), server_hostname=NAME, session=session)) as again:
        assert again.session_reused


def test_one_client_has_its_share_of_connections(encrypted: EncryptedHouse) -> None:
    with ExitStack() as stack:
        socks = [stack.enter_context(closing(encrypted.plain(source="127.0.4.1"))) for _ in range(BOUNDS.client + 5)]
        assert all(all_of(sock) == b"" for sock in socks[BOUNDS.client :])  # ended at once
        assert stack.enter_context(closing(encrypted.connect(source="127.0.4.2"))).version()
        encrypted.until_refused("full", 5)


def test_one_client_makes_so_many_handshakes_at_once(encrypted: EncryptedHouse) -> None:
    """Begun and left, each is one: that takes a client next to nothing, so that none comes back while this goes on."""
    for _ in range(int(CLIENT[0]) * 8):
        with closing(encrypted.plain(source="127.0.4.3")) as sock, suppress(OSError):
            sock.sendall(b"\x16")
    encrypted.until_refused("storm")
    with closing(encrypted.connect(source="127.0.4.4")) as sock:
        assert sock.version()


def test_half_a_handshake_is_not_waited_for(encrypted: EncryptedHouse) -> None:
    with closing(encrypted.plain(source="127.0.4.5")) as sock:
        sock.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        assert all_of(sock) == b""
    encrypted.until_refused("half")
