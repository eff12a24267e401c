# SPDX-License-Identifier: GPL-3.0-or-later
from typing import Any

import pytest

from resolver.transport.endpoint import Endpoint
from resolver.upstream.upstream_choice import OWN, choose
from store.base.process_status import RecursorState, RecursorStatus
from store.config import settings
from store.config.settings import Settings

SERVING = RecursorStatus(state=RecursorState.SERVING, port=5301, relay_port=5302, validates=True)
PLAIN, SEALED = Endpoint("9.9.9.9", "9.9.9.9", 53), Endpoint("tls://9.9.9.9", "9.9.9.9", 853, "tls")


def chosen(**values: Any) -> Settings:
    return settings.build({"upstreams": ("192.0.2.1",), **values})


@pytest.mark.parametrize(("dnssec", "plain", "sealed"), [("off", False, False), ("trust", False, True)])
def test_an_upstreams_word_counts_over_an_encrypted_connection_alone(dnssec: str, plain: bool, sealed: bool) -> None:
    choice = choose(chosen(dnssec=settings.validate("dnssec", dnssec)), SERVING)
    assert [each.spec for each in choice.endpoints] == ["192.0.2.1"] and not choice.own
    assert (choice.vouches(PLAIN), choice.vouches(SEALED)) == (plain, sealed)


def test_our_own_resolver_is_asked_in_the_upstreams_place() -> None:
    choice = choose(chosen(recursive="on"), SERVING)
    assert choice.endpoints == (Endpoint(OWN, "127.0.0.1", 5301),) and choice.own and choice.validates
    assert choice.vouches(choice.endpoints[0]) and not choice.vouches(SEALED)
    assert choice.relay_port == 0 and choice.relay is None and choice.fallback is None


def test_what_only_checks_asks_the_upstreams_through_the_workers() -> None:
    choice = choose(chosen(dnssec=settings.validate("dnssec", "validate")), SERVING)
    assert choice.own and choice.relay_port == 5302 and choice.relay is not None
    assert choice.relay.specs == ("192.0.2.1",)


@pytest.mark.parametrize("state", [None, RecursorState.STARTING, RecursorState.FAILING])
def test_while_it_does_not_work_the_upstreams_are_asked_where_the_home_says_so(state: RecursorState | None) -> None:
    stands = RecursorStatus(state=state) if state else None
    assert choose(chosen(recursive="on"), stands).endpoints == ()
    there = choose(chosen(recursive="on", recursive_fallback="on"), stands)
    assert [each.spec for each in there.endpoints] == ["192.0.2.1"] and not there.vouches(SEALED)
    fallback = choose(chosen(recursive="on", recursive_fallback="on"), SERVING).fallback
    assert fallback is not None and fallback.specs == ("192.0.2.1",)


def test_where_it_is_not_installed_nothing_else_changes() -> None:
    choice = choose(chosen(recursive="on"), RecursorStatus(state=RecursorState.MISSING))
    assert [each.spec for each in choice.endpoints] == ["192.0.2.1"] and not choice.own


def test_without_a_clock_nobody_vouches() -> None:
    stands = RecursorStatus(state=RecursorState.SERVING, port=5301, validates=False)
    choice = choose(chosen(recursive="on"), stands)
    assert choice.own and not choice.vouches(choice.endpoints[0])
    assert choice.belief != choose(chosen(recursive="on"), SERVING).belief
