# SPDX-License-Identifier: GPL-3.0-or-later
"""What takes a while is done in a thread beside the queries, and between them where the machine allows no thread: a new
policy that comes at the cost of a short wait is worth more than the old one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from network.helper_thread import is_refused

R = TypeVar("R")


async def beside(work: Callable[..., R], *args: Any) -> R:
    """What `work` returns; it may begin a second time where no thread could be started, so it only reads."""
    try:
        return await asyncio.to_thread(work, *args)
    except RuntimeError as error:
        if not is_refused(error):
            raise
        return work(*args)


@contextmanager
def thread_or_none() -> Iterator[None]:
    """Pass over that a thread was refused which nobody needs: a loop that ends wants one, to wait for the others."""
    try:
        yield
    except RuntimeError as error:
        if not is_refused(error):
            raise
