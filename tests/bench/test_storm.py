# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of each connection is counted, whether it spoke or not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from own_authority import Authority
from tls_server import FramedServer, server_context, serving

from bench.storm.shaker import Shaker

pytestmark = pytest.mark.process


async def stormed(folder: Path, speak: bool) -> Shaker:
    """Five connections to a server that shakes hands, or ends them at once."""
    context = server_context(Authority(folder).issue()) if speak else None

    async def end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with serving(FramedServer().take if speak else end, context) as port:
        shaker = Shaker(port, speak)
        await asyncio.to_thread(shaker.run, 1000.0, 5)
        return shaker


def test_those_that_shake_hands_get_through(tmp_path: Path) -> None:
    shaker = asyncio.run(stormed(tmp_path, True))
    assert shaker.came == {"begun": 5, "shaken": 5} and len(shaker.shaken_ms) == 5


def test_those_that_say_nothing_are_closed(tmp_path: Path) -> None:
    shaker = asyncio.run(stormed(tmp_path, False))
    assert shaker.came == {"begun": 5, "closed": 5} and 1 <= shaker.most_open <= 5
