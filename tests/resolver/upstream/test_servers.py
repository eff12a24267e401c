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

    is_open = datagrams = True
    fault, closed = "", 0

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


def test_one_that_was_late_or_refuses_comes_after_those_that_answer(never_round: None) -> None:
    quick, slow = server("192.0.2.1", 0.01), server("192.0.2.2", 0.3)
    quick.late()
    assert Servers([quick, slow]).choose() is quick, "once says nothing"
    quick.late()
    assert Servers([quick, slow]).choose() is slow
    quick.good(0.01)
    assert Servers([quick, slow]).choose() is quick
    quick.good(0.01)
    quick.said(useless=True, probe=True)
    assert quick.refuses and Servers([quick, slow]).choose() is slow


def test_what_is_spare_is_asked_once_all_others_have_failed(never_round: None) -> None:
    first, second, plain = server("192.0.2.1", 0.01), server("192.0.2.2", 0.3), server("192.0.2.3")
    servers = Servers([first, second], [plain])
    assert servers.choose() is first and servers.choose((first,)) is second
    assert servers.choose((first, second)) is plain and servers.every == [first, second, plain]
    first.down = second.down = True
    assert servers.choose() is plain and not servers.all_down
    plain.down = True
    assert servers.all_down


def test_all_are_down_when_none_is_up() -> None:
    up, down = server("192.0.2.1"), server("192.0.2.2", down=True)
    assert not Servers([up, down]).all_down
    assert Servers([down]).all_down and Servers().all_down


def test_closing_closes_every_transport() -> None:
    before = Closing.closed
    Servers([server("192.0.2.1"), server("192.0.2.2")]).close()
    assert Closing.closed == before + 2
