# SPDX-License-Identifier: GPL-3.0-or-later
"""A port that another program took before there was a certificate is told of, and served once it is free."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing

import pytest

from appliance.process import sockets
from resolver.encrypted.listeners import Listeners

pytestmark = pytest.mark.process


def test_one_that_is_taken_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolver.encrypted.listeners.AGAIN_SECONDS", 0.0)
    asyncio.run(one_is_taken())


async def one_is_taken() -> None:
    ours, other = (sockets.bind_encrypted("dot", ("127.0.0.1", 0)) for _ in range(2))
    nginx = socket.create_server(ours.getsockname())
    listeners = Listeners(asyncio.get_running_loop())
    await listeners.begin({"dot": [ours, other]}, {"dot": asyncio.Protocol})
    assert str(ours.getsockname()[1]) in listeners.error and "in use" in listeners.error
    assert listeners.waits(ours) and not listeners.waits(other)
    socket.create_connection(other.getsockname()).close()
    assert not await listeners.again()
    nginx.close()
    assert await listeners.again() and not listeners.error and not listeners.waits(ours)
    with closing(socket.create_connection(ours.getsockname())):
        assert not await listeners.again()
    listeners.close()
