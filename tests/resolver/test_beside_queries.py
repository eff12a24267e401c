# SPDX-License-Identifier: GPL-3.0-or-later
"""What takes a while is done in a thread, or between the queries where there can be none."""

from __future__ import annotations

import asyncio
import threading

import pytest
from refused_threads import refused_threads

from resolver.beside_queries import beside, thread_or_none


def whose() -> bool:
    """Whether this is the process's own thread."""
    return threading.current_thread() is threading.main_thread()


def test_it_is_done_beside_the_loop_and_in_it_where_no_thread_is_allowed() -> None:
    assert not asyncio.run(beside(whose))
    with thread_or_none(), refused_threads(), asyncio.Runner() as runner:
        assert runner.run(beside(whose))
        assert runner.run(beside(divmod, 7, 2)) == (3, 1)


def test_once_threads_are_allowed_again_they_are_used() -> None:
    with asyncio.Runner() as runner:
        with refused_threads():
            assert runner.run(beside(whose))
        assert not runner.run(beside(whose))


def test_errors_of_the_work_are_its_own() -> None:
    with pytest.raises(ZeroDivisionError):
        asyncio.run(beside(divmod, 1, 0))

    def fail() -> None:
        raise RuntimeError("something else")

    with thread_or_none(), pytest.raises(RuntimeError, match="something else"):
        asyncio.run(beside(fail))
    with pytest.raises(RuntimeError, match="something else"), thread_or_none():
        fail()
