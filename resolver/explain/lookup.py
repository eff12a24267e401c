# SPDX-License-Identifier: GPL-3.0-or-later
"""One question put to the upstreams outside a worker, to explain where its answer leads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from resolver.transport.endpoint import usable
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.question_key import key_of
from resolver.upstream.upstream_policy import USUAL, UpstreamPolicy
from store.base import status
from store.config.settings import Settings
from wire.message import Question, Response

SECONDS = 3.0  # that a person waits for an explanation of a name that no upstream answers

Answered = tuple[Response, str]  # what came, and the SPEC of the upstream that sent it
Look = Callable[[Question, Sequence[str]], Answered | None]  # the question; whom to ask, none: the house's upstreams


def looker(run: Path, settings: Settings) -> Look | None:
    """Who asks the upstreams that the running appliance asks; None: none runs, so none is asked."""
    live = status.read_live(run)
    if live.supervisor is None:
        return None
    specs = live.upstream_specs() or settings.upstreams
    policy = UpstreamPolicy.of(settings)
    return partial(_look_at, house=specs, try_seconds=settings.upstream_timeout_ms / 1000, policy=policy)


def _look_at(
    question: Question, specs: Sequence[str] = (), *, house: Sequence[str], try_seconds: float, policy: UpstreamPolicy
) -> Answered | None:  # fmt: skip
    return look(question, specs or house, try_seconds, policy=policy)


def look(
    question: Question, specs: Sequence[str], try_seconds: float, seconds: float = SECONDS,
    policy: UpstreamPolicy = USUAL,
) -> Answered | None:  # fmt: skip
    """The answer of an upstream as a worker would get it, or None; in a loop of its own, so not from within one."""
    return asyncio.run(_look(question, specs, try_seconds, seconds, policy))


async def _look(
    question: Question, specs: Sequence[str], try_seconds: float, seconds: float, policy: UpstreamPolicy
) -> Answered | None:  # fmt: skip
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[Answered | None] = loop.create_future()

    def done(response: Response | None, upstream: str) -> None:
        if not answered.done():
            answered.set_result(None if response is None else (response, upstream))

    forwarder = Forwarder(loop, usable(specs), try_seconds, policy)
    try:
        forwarder.exchange(key_of(question), question, done)
        return await asyncio.wait_for(answered, seconds)
    except TimeoutError:
        return None
    finally:
        forwarder.close()
