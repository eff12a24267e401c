# SPDX-License-Identifier: GPL-3.0-or-later
"""A server tried before it is chosen: asked as a worker asks, for names that tell what it makes of them.

    a name that there is    five times: answered, and how quickly
    one that there is not   an address all the same: somebody sells the mistake
    one signed wrongly      an address all the same: signatures are not looked at
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median

from resolver.transport.endpoint import Endpoint, parse_endpoint
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.question_key import key_of
from resolver.upstream.upstream_policy import UpstreamPolicy
from wire import message, stub
from wire.message import Question, Response
from wire.types import NOERROR, NXDOMAIN, REFUSED, SERVFAIL, A

ASKS = 5  # of the name that there is
TRY_SECONDS = 1.5
SECONDS = 8.0  # for one server: a person waits, and a browser for ten
MAX_SPECS = 12  # tried at once


@dataclass(frozen=True, slots=True)
class Names:
    """`missing` is a domain without such a label below it; `bogus` is signed wrongly on purpose."""

    there: str = "example.com"
    missing: str = "example.com"
    bogus: str = "dnssec-failed.org"


class Outcome(StrEnum):
    """What came of the first question."""

    ANSWERS = "answers"
    SILENT = "silent"
    UNREACHABLE = "unreachable"
    REFUSES = "refuses"
    FAILS = "fails"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Trial:
    """`rewrites`: whether an address came for a name that there is not; `validates`: whether a wrong signature was
    told; None where that could not be found out. Times are milliseconds of the asks that were answered. `fault`: why it
    cannot be reached, where that is known.
    """

    spec: str
    outcome: Outcome
    least_ms: float | None = None
    median_ms: float | None = None
    answered: int = 0
    asked: int = 0
    rewrites: bool | None = None
    validates: bool | None = None
    fault: str = ""


def tried(specs: Sequence[str], names: Names = Names(), bootstrap: Sequence[str] = ()) -> list[Trial]:
    """Each SPEC's trial, all at once; in a loop of its own, so not from within one. Raises ValueError.

    `bootstrap`: plain servers that tell the addresses of those known by name.
    """
    endpoints = [parse_endpoint(spec) for spec in specs[:MAX_SPECS]]
    return asyncio.run(_all(endpoints, names, UpstreamPolicy(bootstrap=tuple(bootstrap))))


async def _all(endpoints: Sequence[Endpoint], names: Names, policy: UpstreamPolicy) -> list[Trial]:
    return list(await asyncio.gather(*(_one(endpoint, names, policy) for endpoint in endpoints)))


async def _one(endpoint: Endpoint, names: Names, policy: UpstreamPolicy) -> Trial:
    forwarder = Forwarder(asyncio.get_running_loop(), [endpoint], TRY_SECONDS, policy)
    try:
        trial = await _asked(forwarder, endpoint, names, time.monotonic() + SECONDS)
        return replace(trial, fault=forwarder.servers[0].fault) if forwarder.servers else trial
    finally:
        forwarder.close()


async def _asked(forwarder: Forwarder, endpoint: Endpoint, names: Names, end: float) -> Trial:
    first, took = await _ask(forwarder, names.there, end)
    outcome = _outcome(first, took)
    if outcome is not Outcome.ANSWERS:
        return Trial(endpoint.spec, outcome, asked=1)
    times = [took]
    asked = 1
    while asked < ASKS and time.monotonic() < end:
        asked += 1
        response, took = await _ask(forwarder, names.there, end)
        times += [took] if response is not None and response.rcode == NOERROR else []
    missing, _ = await _ask(forwarder, f"{secrets.token_hex(8)}.{names.missing}", end)
    bogus, _ = await _ask(forwarder, names.bogus, end)
    return Trial(
        endpoint.spec, outcome, 1000 * min(times), 1000 * median(times), len(times), asked,
        _rewrites(missing), _validates(bogus),
    )  # fmt: skip


def _outcome(response: Response | None, took: float) -> Outcome:
    if response is None:
        return Outcome.UNREACHABLE if took < TRY_SECONDS else Outcome.SILENT
    if response.rcode == REFUSED:
        return Outcome.REFUSES
    if response.rcode == NOERROR and response.addresses:
        return Outcome.ANSWERS
    return Outcome.WRONG if response.rcode in (NOERROR, NXDOMAIN) else Outcome.FAILS


def _rewrites(response: Response | None) -> bool | None:
    if response is None or response.rcode not in (NOERROR, NXDOMAIN):
        return None
    return response.rcode == NOERROR and bool(response.addresses)


def _validates(response: Response | None) -> bool | None:
    if response is None or response.rcode not in (NOERROR, SERVFAIL):
        return None
    return response.rcode == SERVFAIL


async def _ask(forwarder: Forwarder, name: str, end: float) -> tuple[Response | None, float]:
    """The response, and how many seconds it took."""
    question = _question(name)
    answered: asyncio.Future[Response | None] = asyncio.get_running_loop().create_future()

    def done(response: Response | None, upstream: str) -> None:
        if not answered.done():
            answered.set_result(response)

    begun = time.monotonic()
    forwarder.exchange(key_of(question), question, done)
    try:
        response = await asyncio.wait_for(answered, max(0.01, end - begun))
    except TimeoutError:
        response = None
    return response, time.monotonic() - begun


def _question(name: str) -> Question:
    return message.parse_question(stub.build(name, A, secrets.randbits(16)))
