# SPDX-License-Identifier: GPL-3.0-or-later
"""What a worker does that was begun for what siblings leave lying: answer it at once, and end when it is calm."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from resolver.listen.spare_watch import Sibling


def relieve(spare: Iterable[Sibling]) -> None:
    """Answer what lies there: it has lain for a while, and is not to wait for a second look."""
    for sibling in spare:
        if sibling.relieve():
            sibling.relieve()


def when_calm(
    loop: asyncio.AbstractEventLoop, answered: Callable[[], int], seconds: float, end: Callable[[], object]
) -> None:
    """Call `end` once nothing was answered for so long."""
    before = answered()

    def look() -> None:
        if answered() == before:
            end()
        else:
            when_calm(loop, answered, seconds, end)

    loop.call_later(seconds, look)
