# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process that answers clients begins with: sockets that the supervisor bound, and its event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable


def descriptors(text: str) -> list[int]:
    """`3,4,5` as numbers."""
    return [int(part) for part in text.split(",") if part]


def inherited(text: str) -> list[socket.socket]:
    """Those sockets, by their file descriptors."""
    return [socket.socket(fileno=number) for number in descriptors(text)]


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """uvloop's loop where there is a wheel for the machine, asyncio's otherwise (32-bit ARM)."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
