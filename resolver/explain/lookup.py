# SPDX-License-Identifier: GPL-3.0-or-later
"""One question put to the upstreams outside a worker, to explain where its answer leads."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from resolver.upstream.endpoint import parse_endpoint
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.question_key import key_of
from store.base import status
from store.config.settings import Settings
from wire.message import Question, Response

SECONDS = 3.0  # that a person waits for an explanation of a name that no upstream answers
# The supervisor publishes every five seconds; a status much older is left over from an appliance that is gone.
FRESH_SECONDS = 30

Look = Callable[[Question], Response | None]


def looker(run: Path, settings: Settings) -> Look | None:
    """Who asks the upstreams that the running appliance asks; None: none runs, so none is asked."""
    said = status.read(run)
    if not _fresh(said.get("supervisor", {})):
        return None
    return partial(look, specs=_asked(said) or settings.upstreams, try_seconds=settings.upstream_timeout_ms / 1000)


def look(question: Question, specs: Sequence[str], try_seconds: float, seconds: float = SECONDS) -> Response | None:
    """The answer of an upstream as a worker would get it, or None; in a loop of its own, so not from within one."""
    return asyncio.run(_look(question, specs, try_seconds, seconds))


async def _look(question: Question, specs: Sequence[str], try_seconds: float, seconds: float) -> Response | None:
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[Response | None] = loop.create_future()

    def done(came: Response | None, _spec: str) -> None:
        if not answered.done():
            answered.set_result(came)

    endpoints = []
    for spec in specs:
        with contextlib.suppress(ValueError):  # a worker leaves it out too, and says so in the log
            endpoints.append(parse_endpoint(spec))
    forwarder = Forwarder(loop, endpoints, try_seconds)
    try:
        forwarder.exchange(key_of(question), question, done)
        return await asyncio.wait_for(answered, seconds)
    except TimeoutError:
        return None
    finally:
        forwarder.close()


def _fresh(values: Mapping[str, Any]) -> bool:
    said = values.get("time")
    return isinstance(said, int | float) and time.time() - said < FRESH_SECONDS


def _asked(said: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The upstreams of the running workers, which an option of the command line may have chosen."""
    every = [values.get("upstreams") for role, values in said.items() if role.startswith("worker-") and _fresh(values)]
    held = [one.get("spec") for ones in every if isinstance(ones, list) for one in ones if isinstance(one, dict)]
    return list(dict.fromkeys(spec for spec in held if isinstance(spec, str)))
