# SPDX-License-Identifier: GPL-3.0-or-later
"""How checking stands, in sentences, and what failed, by domain."""

import pytest

from store.base.helper_statuses import RecursorState, RecursorStatus
from store.config import settings
from store.log.records import QueryRow
from store.names.insecure_domains import InsecureDomain
from webui.signatures import dnssec_part

SERVING = RecursorStatus(state=RecursorState.SERVING, validates=True)


def row(name: str, seconds: float, reason: str = "expired") -> QueryRow:
    return QueryRow(
        "", int(seconds * 1_000_000), None, None, "10.0.0.2", name, "A", "PASS", "SELF", None, None, None, None,
        "unknown", "unknown", "SERVFAIL", "unbound", 1.0, None, "UDP", "bogus", reason,
    )  # fmt: skip


@pytest.mark.parametrize(("chosen", "recursor", "words"), [
    ({}, None, "Nothing is checked: who sits between"),
    ({"dnssec": "trust"}, None, "nothing is checked here"),
    ({"dnssec": "validate"}, SERVING, "checked on this machine"),
    ({"recursive": "on"}, RecursorStatus(state=RecursorState.SERVING, validates=True, recursive=True), "name servers"),
    ({"dnssec": "validate"}, RecursorStatus(state=RecursorState.SERVING, clock_wrong=True), "clock is set"),
    ({"dnssec": "validate"}, RecursorStatus(state=RecursorState.MISSING), "unbound is not installed"),
    ({"dnssec": "validate"}, None, "are not answered"),
    ({"dnssec": "validate", "recursive_fallback": "on"}, None, "the upstreams are asked"),
])  # fmt: skip
def test_how_it_stands_is_one_sentence(chosen: dict[str, str], recursor: RecursorStatus | None, words: str) -> None:
    wanted = settings.build({key: settings.validate(key, value) for key, value in chosen.items()})
    assert words in dnssec_part.lead(wanted, recursor)
    assert bool(dnssec_part.worth(wanted)) is (chosen.get("dnssec") == "trust")


def test_failures_are_told_by_the_domain_that_somebody_signs() -> None:
    rows = [row("www.broken.co.uk", 30), row("", 29), row("cdn.broken.co.uk", 20, "bogus"), row("other.example", 10),
            row("www.broken.co.uk", 5)]  # fmt: skip
    first, second = dnssec_part.grouped(rows)
    assert (first.domain, first.names, first.times) == ("broken.co.uk", ("www.broken.co.uk", "cdn.broken.co.uk"), 3)
    assert (first.last, first.reason, first.fault) == (30.0, "expired", "they have expired")
    assert second.domain == "other.example"
    assert dnssec_part.grouped([]) == []


def test_what_is_let_through_now() -> None:
    wanted = settings.build({"dnssec_insecure": ("z.example", "a.example until 2026-01-01T00:00:00Z")})
    assert dnssec_part.let_through(wanted, 1_795_000_000.0) == [InsecureDomain("z.example")]
