# SPDX-License-Identifier: GPL-3.0-or-later
"""One question put to the upstreams outside a worker, to explain where its answer leads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from resolver.transport.endpoint import usable
from resolver.upstream import bogus_reason, checked
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.question_key import key_of
from resolver.upstream.upstream_choice import OWN, UpstreamChoice, choose
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
    choice, specs = choose(settings, live.recursor), live.upstream_specs()
    if not choice.own and specs:
        choice = replace(choice, endpoints=tuple(usable(specs)))  # an option of the command line may have chosen them
    return partial(_look_at, choice=choice, settings=settings)


def _look_at(
    question: Question, specs: Sequence[str] = (), *, choice: UpstreamChoice, settings: Settings
) -> Answered | None:  # fmt: skip
    """A route of its own goes by what is chosen for it, and nobody vouches for what comes there but as for all."""
    endpoints = tuple(usable(specs)) if specs else choice.endpoints
    asked = replace(choice, endpoints=endpoints)
    return asyncio.run(
        _look(question, asked, settings.upstream_timeout_ms / 1000, SECONDS, UpstreamPolicy.of(settings))
    )


def look(
    question: Question, specs: Sequence[str], try_seconds: float, seconds: float = SECONDS,
    policy: UpstreamPolicy = USUAL,
) -> Answered | None:  # fmt: skip
    """The answer of an upstream as a worker would get it, or None; in a loop of its own, so not from within one."""
    return asyncio.run(_look(question, UpstreamChoice(tuple(usable(specs))), try_seconds, seconds, policy))


async def _look(
    question: Question, choice: UpstreamChoice, try_seconds: float, seconds: float, policy: UpstreamPolicy
) -> Answered | None:  # fmt: skip
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[Answered | None] = loop.create_future()

    def settle(response: Response | None, upstream: str) -> None:
        if not answered.done():
            answered.set_result(None if response is None else (response, upstream))

    def done(response: Response | None, upstream: str) -> None:
        code = checked.bogus(response)
        if response is None or upstream != OWN or code not in bogus_reason.GENERAL:
            settle(response, upstream)
            return
        bogus_reason.find(forwarder, question, code, lambda exact: settle(checked.because(response, exact), upstream))

    forwarder = Forwarder(loop, choice.endpoints, try_seconds, policy, vouches=choice.vouches)
    try:
        forwarder.exchange(key_of(question), question, done)
        return await asyncio.wait_for(answered, seconds)
    except TimeoutError:
        return None
    finally:
        forwarder.close()
