# SPDX-License-Identifier: GPL-3.0-or-later
"""The test from this machine: DNS answers on each of its addresses, and an upstream answers through it."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from resolver.answer.local_names import health_name
from store.base.sentences import Sentence, say
from store.config.endpoints import Endpoint, parse_endpoint, show_endpoint
from store.privacy import own_questions
from webui.first_run.home_addresses import HomeAddresses
from wire import stub
from wire.types import NOERROR

PASSED_NAME = own_questions.PASSED
OWN_SECONDS, UPSTREAM_SECONDS = 1.5, 6.0
MAX_ENDPOINTS = 12  # DNS is answered on a handful of addresses


@dataclass(frozen=True, slots=True)
class TestLine:
    passed: bool
    sentence: Sentence


def run(dns: Iterable[str], at: HomeAddresses, own_name: str) -> list[TestLine]:
    """Within some six seconds, whatever is silent."""
    met = (where for text in dns for where in _met(parse_endpoint(text, 53), at))
    endpoints = list(dict.fromkeys(met))[:MAX_ENDPOINTS]
    with ThreadPoolExecutor(max_workers=MAX_ENDPOINTS + 1) as pool:
        asked = [pool.submit(_answers, where, own_name) for where in endpoints]
        passed = pool.submit(_passes_on, endpoints[0]) if endpoints else None
        return [*(each.result() for each in asked), *([passed.result()] if passed else [])]


def _met(endpoint: Endpoint, at: HomeAddresses) -> list[Endpoint]:
    """Where devices meet an endpoint: itself, or for a wildcard this machine's addresses."""
    address, port = endpoint
    if address == "0.0.0.0":  # noqa: S104  (compared, not bound)
        return [(each, port) for each in (at.here, "127.0.0.1") if each]
    if address == "::":
        return [(at.here6, port)] if at.here6 and not at.here6.startswith("fe80") else [("::1", port)]
    return [endpoint]


def _answers(where: Endpoint, own_name: str) -> TestLine:
    response = stub.ask(health_name(own_name), where, timeout=OWN_SECONDS)
    server = show_endpoint(where)
    if response is not None and response.rcode == NOERROR:
        return TestLine(True, say("DNS answers on {server}.", server=server))
    return TestLine(False, say(
        "DNS does not answer on {server}; `telltale doctor` on that machine says why.", server=server
    ))


def _passes_on(where: Endpoint) -> TestLine:
    response = stub.ask(PASSED_NAME, where, timeout=UPSTREAM_SECONDS, source=own_questions.ADDRESS)
    if response is not None and response.rcode == NOERROR:
        return TestLine(True, say("{name} is answered: the way to the internet is there.", name=PASSED_NAME))
    return TestLine(False, say(
        "{name} gets no answer: look at this machine's way to the internet, and at the upstreams on the page Settings.",
        name=PASSED_NAME,
    ))
