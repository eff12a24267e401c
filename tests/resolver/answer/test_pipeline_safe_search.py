# SPDX-License-Identifier: GPL-3.0-or-later
"""Safe search through a whole resolver: names answer as their makers document it, and nothing leads around it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest
from clock import Clock
from forwarding_bench import CLIENT, PUBLIC, Bench, record

from blocklists.packs import search_engines
from resolver.answer.let_through import PAUSE
from resolver.answer.safe_search import LIST
from store.base import db
from store.config import edit
from store.config.choices import SearchEngine
from store.devices import sightings_store
from store.household import exceptions, pauses, safe_search_edit
from store.log.records import Verdict

pytestmark = pytest.mark.process

Made = Callable[..., Bench]
V6 = bytes.fromhex("20014860480200320000000000000078")
# As the makers' pages have it.
DOCUMENTED = {
    "www.google.com": "forcesafesearch.google.com.", "www.google.co.uk": "forcesafesearch.google.com.",
    "www.google.de": "forcesafesearch.google.com.", "www.google.com.vn": "forcesafesearch.google.com.",
    "www.youtube.com": "restrict.youtube.com.", "m.youtube.com": "restrict.youtube.com.",
    "youtubei.googleapis.com": "restrict.youtube.com.", "youtube.googleapis.com": "restrict.youtube.com.",
    "www.youtube-nocookie.com": "restrict.youtube.com.", "www.bing.com": "strict.bing.com.",
    "duckduckgo.com": "safe.duckduckgo.com.", "search.brave.com": "forcesafe.search.brave.com.",
    "www.ecosia.org": "strict-safe-search.ecosia.org.", "pixabay.com": "safesearch.pixabay.com.",
}  # fmt: skip


@pytest.fixture
def made(state: Path, clock: Clock) -> Iterator[Made]:
    """A resolver after some edits."""
    engine = edit.engine(state)
    con = db.connect(state / "config.db")
    sightings_store.sighted(con, CLIENT)
    con.close()
    with contextlib.ExitStack() as stack:

        def make(*changes: Callable[[Any], object]) -> Bench:
            for change in changes:
                change(engine)
            return stack.enter_context(contextlib.closing(Bench(state, clock)))

        yield make


def on(**more: Any) -> Callable[[Any], object]:
    return lambda e: safe_search_edit.set_safe_search(e, **more)


def ask(bench: Bench, name: str, rtype: str = "A", **edns: Any) -> None:
    packet = dns.message.make_query(name, rtype, **edns).to_wire()
    if not bench.ask(packet):
        bench.ask(packet, straight=False)


def last(bench: Bench) -> dns.message.Message:
    return dns.message.from_wire(bench.sent[-1])


def shown(message: dns.message.Message) -> list[str]:
    """The answer section as `TYPE value`."""
    return [f"{dns.rdatatype.to_text(found.rdtype)} {each}" for found in message.answer for each in found]


@pytest.mark.parametrize(("name", "target"), DOCUMENTED.items(), ids=DOCUMENTED)
def test_a_name_leads_to_its_maker_s_whose_addresses_are_asked_for(made: Made, name: str, target: str) -> None:
    bench = made(on())
    for rtype, number, data, text in (("A", 1, PUBLIC, "203.0.113.1"), ("AAAA", 28, V6, "2001:4860:4802:32::78")):
        ask(bench, name, rtype)
        bench.answer(record(number, 300, data))
        assert shown(last(bench)) == [f"CNAME {target}", f"{rtype} {text}"]
        assert last(bench).answer[1].name.to_text() == target
        key = bench.notes[-1][1]
        assert (key.verdict, key.blocklist, key.rule) == (Verdict.BLOCK, LIST, f"{name} → {target.rstrip('.')}")


@pytest.mark.parametrize("rtype", ["HTTPS", "SVCB", "ANY", "CNAME"])
def test_no_other_type_leads_around_it(made: Made, rtype: str) -> None:
    """AdGuardHome#6352: a browser that asks for HTTPS went in and out of the restricted mode."""
    bench = made(on())
    for name, target in DOCUMENTED.items():
        ask(bench, name, rtype)
        assert shown(last(bench)) == [f"CNAME {target}"], "and nobody was asked"
    assert not bench.forwarder.in_flight


def test_yandex_answers_with_the_address_that_it_documents(made: Made) -> None:
    bench = made(on(engines=["yandex"]))
    for name in ("yandex.ru", "www.yandex.com", "ya.ru", "yandex.com.tr"):
        for rtype in ("A", "AAAA", "HTTPS", "ANY"):
            ask(bench, name, rtype)
            assert shown(last(bench)) == (["A 213.180.193.56"] if rtype.startswith("A") and rtype != "AAAA" else [])
            assert last(bench).rcode() == dns.rcode.NOERROR
    assert not bench.forwarder.in_flight


def test_mail_keys_and_proofs_of_a_zone_are_its_own_to_answer(made: Made) -> None:
    bench = made(on())
    for rtype in ("MX", "TXT", "NS", "SOA", "DS", "DNSKEY", "CAA"):
        ask(bench, "duckduckgo.com", rtype)
        bench.answer(b"", (0, 0, 0))
        assert bench.notes[-1][1].verdict == Verdict.PASS


def test_a_client_that_wants_proofs_gets_an_answer_without_a_claim_to_any(made: Made) -> None:
    bench = made(on())
    ask(bench, "www.google.com", use_edns=0, want_dnssec=True)
    bench.answer(record(), flags=0x81A0)  # upstream says it is authentic
    assert not last(bench).flags & dns.flags.AD
    assert last(bench).ednsflags & dns.flags.DO
    assert shown(last(bench)) == ["CNAME forcesafesearch.google.com.", "A 203.0.113.1"]


def test_the_chain_that_upstream_gives_is_followed_to_its_end(made: Made) -> None:
    bench = made(on())
    end = b"\x04edge\x07example\0"
    ask(bench, "www.bing.com")
    bench.answer(record(5, 300, end) + record(owner=end), (2, 0, 0))
    assert shown(last(bench)) == ["CNAME strict.bing.com.", "A 203.0.113.1"]


def test_where_no_upstream_answers_nobody_is_told_that_there_is_no_address(made: Made) -> None:
    """AdGuardHome#4243: YouTube could not be reached at all."""
    bench = made(on())
    ask(bench, "www.bing.com")
    for _ in range(4):
        bench.run(2.0)
    assert last(bench).rcode() == dns.rcode.SERVFAIL
    assert bench.notes[-1][1].rcode == dns.rcode.SERVFAIL


def test_what_was_asked_is_remembered(made: Made) -> None:
    bench = made(on())
    ask(bench, "www.google.com")
    bench.answer()
    ask(bench, "www.google.fr")
    assert shown(last(bench)) == ["CNAME forcesafesearch.google.com.", "A 203.0.113.1"]
    assert not bench.forwarder.in_flight


def test_youtube_has_two_levels(made: Made) -> None:
    """AdGuardHome#6055, #7959: YouTube's was to be turned off or down while the search engines' stays."""
    bench = made(on(engines=["youtube"], youtube="moderate"))
    ask(bench, "m.youtube.com", "HTTPS")
    assert shown(last(bench)) == ["CNAME restrictmoderate.youtube.com."]
    ask(bench, "www.google.com")
    bench.answer()
    assert shown(last(bench)) == ["A 203.0.113.1"], "no other engine is on"


def test_what_is_blocked_stays_blocked(made: Made) -> None:
    bench = made(on(), lambda e: edit.add_rule(e, "block", "www.bing.com"))
    ask(bench, "www.bing.com")
    assert shown(last(bench)) == ["A 0.0.0.0"]


def test_an_allow_rule_of_the_home_lifts_it_and_an_exception_does_not(made: Made) -> None:
    bench = made(
        on(),
        lambda e: edit.add_rule(e, "allow", "www.bing.com", scope="device:1"),
        lambda e: exceptions.let_through(e, "device:1", "duckduckgo.com", int(time.time()) + 600),
    )
    ask(bench, "www.bing.com")
    bench.answer()
    assert shown(last(bench)) == ["A 203.0.113.1"]
    ask(bench, "duckduckgo.com", "HTTPS")
    assert shown(last(bench)) == ["CNAME safe.duckduckgo.com."]


def test_a_pause_of_everything_lets_it_rest(made: Made) -> None:
    bench = made(on(), lambda e: pauses.pause(e))
    ask(bench, "www.bing.com")
    bench.answer()
    assert shown(last(bench)) == ["A 203.0.113.1"]
    key = bench.notes[-1][1]
    assert (key.verdict, key.blocklist, key.rule) == (Verdict.ALLOW, PAUSE, "www.bing.com → strict.bing.com")


def test_every_name_of_every_engine_is_under_it_and_nothing_else_of_it(made: Made) -> None:
    bench = made(on())
    names = {name for engine in SearchEngine for name in search_engines.load()[engine].names}
    assert set(bench.seat.safe) == names
    assert set(DOCUMENTED) < names
    assert not names & {"google.com", "mail.google.com", "forcesafesearch.google.com", "strict.bing.com"}
