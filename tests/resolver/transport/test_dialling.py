# SPDX-License-Identifier: GPL-3.0-or-later
"""Several addresses of a server: the first that connects is taken, and none is waited for long."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest
from waiting import HANG_SECONDS

from resolver.transport import dialling
from resolver.transport.dialling import dial

pytestmark = pytest.mark.process


@pytest.fixture
def port() -> Iterator[int]:
    """On which 127.0.0.1 listens, and no other address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def dialled(addresses: list[str], port: int) -> str:
    async def test() -> str:
        sock, address = await asyncio.wait_for(dial(asyncio.get_running_loop(), addresses, port), HANG_SECONDS)
        sock.close()
        return address

    return asyncio.run(test())


def test_the_next_address_is_tried_where_one_refuses(port: int) -> None:
    assert dialled(["127.0.0.2", "127.0.0.3", "127.0.0.1"], port) == "127.0.0.1"


def test_the_next_address_is_tried_beside_one_that_is_silent(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = dialling._connect

    async def silent(loop: asyncio.AbstractEventLoop, address: str, at: int) -> socket.socket:
        return await (asyncio.Event().wait() if address == "127.0.0.2" else connect(loop, address, at))  # type: ignore

    monkeypatch.setattr(dialling, "_connect", silent)
    assert dialled(["127.0.0.2", "127.0.0.1"], port) == "127.0.0.1"


def test_where_all_fail_the_first_error_is_told(port: int) -> None:
    with pytest.raises(ConnectionRefusedError):
        dialled(["127.0.0.2", "not an address"], port)
    with pytest.raises(OSError, match="no address"):
        dialled([], port)
