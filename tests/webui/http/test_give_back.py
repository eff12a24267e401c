# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory goes back once requests have been over for a while: once, and not while one runs."""

import asyncio
from collections.abc import Iterator

import pytest
from clock import Clock
from starlette.types import Message, Receive, Scope, Send

from webui.http.give_back import QUIET_SECONDS, GiveBack

HTTP: Scope = {"type": "http"}


class House:
    """An app whose requests end when they are told to, with what has been given back so far."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop, self.trims, self.ends = loop, 0, dict[str, asyncio.Event]()
        self.middleware = GiveBack(self.app, self.trimmed)

    def trimmed(self) -> None:
        self.trims += 1

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("fails"):
            raise ValueError("a route that fails")
        if (end := self.ends.get(scope.get("name", ""))) is not None:
            await end.wait()

    async def ask(self, **more: object) -> None:
        async def nothing(*message: Message) -> Message:
            return {}

        await self.middleware({**HTTP, **more}, nothing, nothing)  # type: ignore[arg-type]

    def after(self, seconds: float) -> int:
        """How often memory was given back by then."""
        self.loop.run_until_complete(asyncio.sleep(seconds))
        return self.trims


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    loop = Clock(monkeypatch).loop(1e6)
    yield House(loop)
    loop.close()


def test_it_goes_back_once_after_the_last_request(house: House) -> None:
    assert house.after(QUIET_SECONDS * 3) == 0, "nothing was asked"
    for _ in range(3):
        house.loop.run_until_complete(house.ask())
        assert house.after(QUIET_SECONDS / 2) == 0
    assert house.after(QUIET_SECONDS) == 1
    assert house.after(QUIET_SECONDS * 100) == 1, "and then the process sleeps"
    house.loop.run_until_complete(house.ask())
    assert house.after(QUIET_SECONDS * 2) == 2


def test_while_a_request_goes_on_nothing_goes_back(house: House) -> None:
    async def live() -> None:
        house.ends["live"] = asyncio.Event()
        view = asyncio.ensure_future(house.ask(name="live"))
        await asyncio.sleep(0)
        await house.ask()
        await asyncio.sleep(QUIET_SECONDS * 3)
        assert house.trims == 0
        house.ends["live"].set()
        await view

    house.loop.run_until_complete(live())
    assert house.after(QUIET_SECONDS * 2) == 1


def test_one_that_fails_counts_as_over(house: House) -> None:
    with pytest.raises(ValueError, match="fails"):
        house.loop.run_until_complete(house.ask(fails=True))
    assert house.after(QUIET_SECONDS * 2) == 1


def test_what_is_no_request_goes_through(house: House) -> None:
    house.loop.run_until_complete(house.ask(type="lifespan"))
    assert house.after(QUIET_SECONDS * 2) == 0
