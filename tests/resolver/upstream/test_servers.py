# SPDX-License-Identifier: GPL-3.0-or-later
"""Which server is asked next."""

from collections.abc import Callable
from typing import Any

import pytest

from resolver.transport.endpoint import Endpoint
from resolver.upstream import servers as module
from resolver.upstream.server import Server
from resolver.upstream.servers import Servers


class Closing:
    """A transport that only counts."""

    closed = 0

    def close(self) -> None:
        Closing.closed += 1


def server(
    host: str, seconds: float = 0.0, down: bool = False, probe: Callable[[Server], None] = lambda _: None
) -> Server:
    transport: Any = Closing()
    made = Server(Endpoint(host, host, 53), (transport,), probe)
    if seconds:
        made.good(seconds)
    made.down = down
    return made


@pytest.fixture
def never_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_ROUND", 0.0)


def test_the_quickest_that_is_up_and_was_not_tried(never_round: None) -> None:
    slow, quick, down = server("192.0.2.1", 0.3), server("192.0.2.2", 0.01), server("192.0.2.3", 0.001, down=True)
    all_of_them = Servers([slow, quick, down])
    assert all_of_them.choose() is quick
    assert all_of_them.choose((quick,)) is slow
    assert all_of_them.choose((quick, slow)) is down
    assert all_of_them.choose((quick, slow, down)) is quick, "when all were tried they are tried again"


def test_now_and_then_another_is_looked_at_while_the_quickest_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_ROUND", 1.0)
    probed: list[Server] = []
    slow, slower, quick = (server(f"192.0.2.{n}", 0.3 / n, probe=probed.append) for n in (1, 2, 3))
    assert {Servers([slow, slower, quick]).choose() for _ in range(100)} == {quick}
    assert set(probed) == {slow, slower}


def test_all_are_down_when_none_is_up() -> None:
    up, down = server("192.0.2.1"), server("192.0.2.2", down=True)
    assert not Servers([up, down]).all_down
    assert Servers([down]).all_down and Servers().all_down


def test_closing_closes_every_transport() -> None:
    before = Closing.closed
    Servers([server("192.0.2.1"), server("192.0.2.2")]).close()
    assert Closing.closed == before + 2
