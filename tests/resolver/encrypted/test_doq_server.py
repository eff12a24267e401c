# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS over QUIC, as RFC 9250 has it."""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl
import struct
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dns.asyncquery
import dns.message
import dns.quic
import pytest
from encrypted_house import NAME, EncryptedHouse
from waiting import HANG_SECONDS

from resolver.encrypted import process
from store.base import db, status
from store.certificates import certificate_files, home_certificate
from store.config.settings import Settings
from store.log.records import Transport

aioquic = pytest.importorskip("aioquic")
pytestmark = pytest.mark.process


def asked(encrypted: EncryptedHouse, name: str, called: str = NAME, source: str = "127.0.0.1") -> dns.message.Message:
    query = dns.message.make_query(name, "A")
    query.id = 0

    async def ask() -> dns.message.Message:
        return await dns.asyncquery.quic(
            query, "127.0.0.1", HANG_SECONDS, encrypted.ports["doq"], source=source, verify=str(encrypted.authority),
            hostname=called, server_hostname=called,
        )  # fmt: skip

    return asyncio.run(ask())


def test_a_name_is_answered_and_the_record_says_over_what(encrypted: EncryptedHouse) -> None:
    assert asked(encrypted, "quic.example").answer
    assert encrypted.worker.key_of("quic.example").transport == Transport.DOQ
    assert encrypted.ask("plain.example").answer


async def talk(encrypted: EncryptedHouse, data: bytes) -> int:
    """The code with which the other end ends the connection after this on a stream."""
    from aioquic.asyncio.client import connect
    from aioquic.asyncio.protocol import QuicConnectionProtocol
    from aioquic.quic import events
    from aioquic.quic.configuration import QuicConfiguration

    over = asyncio.get_running_loop().create_future()

    class Talk(QuicConnectionProtocol):
        def quic_event_received(self, event: Any) -> None:
            if isinstance(event, events.ConnectionTerminated) and not over.done():
                over.set_result(event.error_code)

    configuration = QuicConfiguration(alpn_protocols=["doq"], server_name=NAME)
    configuration.load_verify_locations(str(encrypted.authority))
    port = encrypted.ports["doq"]
    async with connect("127.0.0.1", port, configuration=configuration, create_protocol=Talk) as client:
        client._quic.send_stream_data(0, data, end_stream=True)
        client.transmit()
        return int(await over)


@pytest.mark.parametrize("data", [
    b"", b"\0\5hi", struct.pack("!H", 9000) + bytes(9000), b"\0\x18" + b"\0\0\x81" + bytes(21)
])  # fmt: skip
def test_what_is_no_query_ends_the_connection(encrypted: EncryptedHouse, data: bytes) -> None:
    assert asyncio.run(talk(encrypted, data)) == 2  # DOQ_PROTOCOL_ERROR
    assert asked(encrypted, "after.example").answer


@pytest.mark.parametrize("data", [b"", b"\0" * 1200, b"\xff" * 1200, b"\xc0\0\0\0\1" + bytes(1300), b"\xc0" + bytes(3)])
def test_garbage_is_passed_over(encrypted: EncryptedHouse, data: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _ in range(50):
            sock.sendto(data, ("127.0.0.1", encrypted.ports["doq"]))
    assert asked(encrypted, "after.example").answer
    assert not any("Traceback" in line for line in encrypted.log)


@pytest.fixture
def torn_between(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, bytes]:
    """The certificate of a home, which is half written once TLS has read it, and what it was."""
    db.open_config(tmp_path)
    home_certificate.make(tmp_path, Settings(), time.time())
    path = certificate_files.folder(tmp_path) / certificate_files.HOME
    good, real = path.read_bytes(), process.server_context

    def read_before(files: certificate_files.ServerFiles, alpn: Sequence[str]) -> ssl.SSLContext:
        path.write_bytes(good)
        context = real(files, alpn)
        path.write_bytes(good[:300])
        return context

    monkeypatch.setattr(process, "server_context", read_before)
    return path, good


def test_a_certificate_that_changes_while_it_is_read_ends_nothing(
    tmp_path: Path, torn_between: tuple[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, good = torn_between

    async def served() -> None:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        house = process.Encrypted(tmp_path, tmp_path, {}, ())
        await house.listen({process.DOQ: [sock]})
        told = status.read(tmp_path).encrypted
        assert told is not None and told.serving and told.error
        monkeypatch.undo()
        path.write_bytes(good.replace(b"\n-----BEGIN", b"\n\n-----BEGIN") + b"\n")  # as people put chains together
        await house._follow()
        house._look()
        told = status.read(tmp_path).encrypted
        assert told is not None and not told.error and len(house._quic) == 1
        await house.drain()
        await asyncio.sleep(0)
        gc.collect()

    asyncio.run(served())
