# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks and does not read what comes is cut off, and holds no more memory than its bound until then."""

from __future__ import annotations

import socket
import ssl
from contextlib import closing, suppress
from pathlib import Path

import dns.message
import pytest
from encrypted_house import NAME, EncryptedHouse
from h2.settings import SettingCodes
from http2_client import Http2Client
from waiting import until

pytestmark = pytest.mark.process
MANY = 20_000  # queries, whose padded answers take 9 MB


def deaf(encrypted: EncryptedHouse, kind: str, *alpn: str) -> ssl.SSLSocket:
    """A connection of a client that takes in next to nothing."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", encrypted.ports[kind]))
    return encrypted.context(*alpn).wrap_socket(sock, server_hostname=NAME)


def framed(name: str) -> bytes:
    packet = dns.message.make_query(name, "A", use_edns=0).to_wire()
    return len(packet).to_bytes(2, "big") + packet


def memory(encrypted: EncryptedHouse) -> int:
    """Pages that are the process's own."""
    return int(Path(f"/proc/{encrypted.process.pid}/statm").read_text().split()[1])


def test_over_tls_it_is_cut_while_it_still_asks(encrypted: EncryptedHouse) -> None:
    encrypted.ask("slow.reader.example", use_edns=0)
    before = memory(encrypted)
    with closing(deaf(encrypted, "dot")) as sock:
        sock.settimeout(1.0)
        with suppress(OSError):
            for _ in range(MANY // 100):
                sock.sendall(framed("slow.reader.example") * 100)
        encrypted.until_refused("slow")
    assert memory(encrypted) - before < 2000, "some 200 KB of answers, and 8 MB for what Python rounds up"
    assert encrypted.ask("after.slow.reader.example").answer


@pytest.mark.slow
def test_who_lets_nothing_through_is_cut_after_a_while(encrypted: EncryptedHouse) -> None:
    """Over TLS a few answers that are never read, over HTTP/2 a window that stays shut: 20 seconds, by their clock."""
    count = encrypted.status().refused.get("slow", 0)
    with closing(deaf(encrypted, "dot")) as unread, closing(deaf(encrypted, "https", "h2")) as shut:
        unread.settimeout(1.0)
        with suppress(OSError):
            for _ in range(8):  # more than the kernels hold, less than what is cut at once
                unread.sendall(framed("slow.reader.example") * 100)
        client = Http2Client(shut)
        client.http.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 0})
        client.flush()
        for _ in range(50):
            client.request("POST", "/dns-query", [("content-type", "application/dns-message")],
                           dns.message.make_query("shut.example", "A").to_wire())  # fmt: skip
        client.until_over()
        encrypted.until_refused("slow", count + 1)
        until(lambda: encrypted.status().open == 0)
    assert encrypted.ask("after.slow.reader.example").answer
