# SPDX-License-Identifier: GPL-3.0-or-later
"""Which word the home has on a name, compared with RFC 4592 written down label by label."""

from __future__ import annotations

import string
from ipaddress import ip_address

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from resolver.answer import home_zone, local_names
from resolver.answer.home_zone import DEVICES, RECORDS, HomeZone
from store.local.device_names import DeviceNames
from store.local.forwards import Forward
from store.local.local_records import LocalRecord
from wire.types import AAAA, DS, HTTPS, NS, PTR, A

ROUTER = "192.168.1.1"
LABELS = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(tuple)  # the top label last


def zone(*records: str, forwards: tuple[str, ...] = (), domain: str = "home.arpa") -> HomeZone:
    rows = [LocalRecord(*record.split(" ", 2)) for record in records]
    return home_zone.build("telltale", domain, rows, [Forward(name, (ROUTER,)) for name in forwards])


def named(home: HomeZone, *devices: tuple[str, str], by_hand: tuple[str, ...] = ()) -> HomeZone:
    packed = {label: ip_address(address).packed for label, address in devices}
    home.devices = DeviceNames(
        {label: (each,) for label, each in packed.items()},
        {each: label for label, each in packed.items()}, frozenset(by_hand),
    )  # fmt: skip
    return home


def said(home: HomeZone, name: str, qtype: int = A) -> str | None:
    answer = home.find(name, qtype)
    return None if answer is None else answer.rule


def by_the_book(owners: list[tuple[str, ...]], stars: list[tuple[str, ...]], name: tuple[str, ...]) -> str | None:
    """RFC 4592 section 3.3.1: the name itself, else the wildcard at the closest encloser, else nothing."""
    known = {owner[at:] for owner in [*owners, *stars, *(("*", *star) for star in stars)] for at in range(len(owner))}
    if name in owners:
        return ".".join(name)
    if name in known:
        return None  # an empty non-terminal
    encloser = next((name[at:] for at in range(1, len(name)) if name[at:] in known), ())
    return "*." + ".".join(encloser) if encloser in stars else None


def rows_of(owners: list[tuple[str, ...]], stars: list[tuple[str, ...]]) -> list[str]:
    wildcards = [f"*.{'.'.join(star)} A 192.0.2.2" for star in stars]
    return [*(f"{'.'.join(owner)} A 192.0.2.1" for owner in owners), *wildcards]


@given(st.lists(LABELS, max_size=6, unique=True), st.lists(LABELS, max_size=4, unique=True), LABELS)
@settings(max_examples=examples(400))
def test_wildcards_are_found_as_the_rfc_finds_them(
    owners: list[tuple[str, ...]], stars: list[tuple[str, ...]], name: tuple[str, ...]
) -> None:
    rows = rows_of(owners, stars)
    book = by_the_book(owners, stars, name)
    address = "192.0.2.2" if book and book.startswith("*") else "192.0.2.1"
    assert said(zone(*rows), ".".join(name)) == (book and f"{book} A {address}")


@given(st.lists(LABELS, max_size=6, unique=True), LABELS)
@settings(max_examples=examples(300))
def test_of_domains_that_are_forwarded_the_longest_decides(
    domains: list[tuple[str, ...]], name: tuple[str, ...]
) -> None:
    home = zone(forwards=tuple(map(".".join, domains)))
    ends = [".".join(name[at:]) for at in range(len(name))]
    longest = next((end for end in ends if tuple(end.split(".")) in domains), None)
    route = home.route(".".join(name), A)
    assert (route and route.domain) == longest


@given(
    st.lists(LABELS, max_size=4, unique=True), st.lists(LABELS, max_size=4, unique=True),
    st.lists(LABELS, max_size=4, unique=True), LABELS,
)  # fmt: skip
@settings(max_examples=examples(300))
def test_a_name_that_looks_public_is_one_that_nothing_here_is_about(
    owners: list[tuple[str, ...]], stars: list[tuple[str, ...]], domains: list[tuple[str, ...]], name: tuple[str, ...]
) -> None:
    rows = rows_of(owners, stars)
    home, asked = zone(*rows, forwards=tuple(map(".".join, domains))), ".".join(name)
    if local_names.is_public(asked, home.own_name, home.tops, home.near):
        assert home.find(asked, A) is None and home.route(asked, A) is None


def test_a_name_has_what_its_records_say_and_no_other_type() -> None:
    home = zone("nas.example.com A 192.168.1.5", "nas.example.com A 192.168.1.6")
    answer = home.find("nas.example.com", A)
    assert answer is not None and answer.origin == RECORDS
    assert answer.answer.records == (("A", "192.168.1.5"), ("A", "192.168.1.6"))
    assert said(home, "nas.example.com", AAAA) == "nas.example.com has no AAAA"
    assert said(home, "nas.example.com", HTTPS) == "nas.example.com has no HTTPS"
    assert said(home, "www.example.com") is said(home, "example.com") is said(home, "x.nas.example.com") is None


def test_the_way_back_is_made_by_itself() -> None:
    home = zone("nas.lan A 192.168.1.5", "also.lan A 192.168.1.5", "nas.lan AAAA fd00::5", "*.lan A 192.168.1.9")
    assert said(home, ip_address("192.168.1.5").reverse_pointer, PTR) == "nas.lan has this address"
    assert said(home, ip_address("fd00::5").reverse_pointer, PTR) == "nas.lan has this address"
    assert said(home, ip_address("192.168.1.9").reverse_pointer, PTR) is None, "a wildcard is no name to give"
    by_hand = zone("nas.lan A 192.168.1.5", "5.1.168.192.in-addr.arpa PTR box.lan")
    assert said(by_hand, "5.1.168.192.in-addr.arpa", PTR) == "5.1.168.192.in-addr.arpa PTR box.lan"


@pytest.mark.parametrize(
    ("records", "forwards", "name", "rule", "domain"),
    [
        (["nas.lan A 192.0.2.1"], ("lan",), "nas.lan", "nas.lan A 192.0.2.1", "lan"),
        (["nas.lan A 192.0.2.1"], ("lan",), "tv.lan", None, "lan"),
        (["*.lan A 192.0.2.1"], ("lan",), "tv.lan", "*.lan A 192.0.2.1", "lan"),
        (["*.lan A 192.0.2.1"], ("lab.lan",), "tv.lab.lan", None, "lab.lan"),
        (["*.lab.lan A 192.0.2.1"], ("lan",), "tv.lab.lan", "*.lab.lan A 192.0.2.1", "lan"),
        ([], ("168.192.in-addr.arpa",), "5.1.168.192.in-addr.arpa", None, "168.192.in-addr.arpa"),
    ],
)
def test_the_nearest_word_decides(
    records: list[str], forwards: tuple[str, ...], name: str, rule: str | None, domain: str
) -> None:
    home = zone(*records, forwards=forwards)
    route = home.route(name, A)
    assert (said(home, name), route and route.domain) == (rule, domain)


def test_the_proof_that_a_domain_is_not_signed_comes_from_above_it() -> None:
    home = zone(forwards=("corp.example.com", "example.com"))
    above, below = home.route("corp.example.com", DS), home.route("x.corp.example.com", DS)
    assert above and below and (above.domain, below.domain) == ("example.com", "corp.example.com")
    assert home.route("example.com", DS) is None


def test_a_device_is_found_by_its_name_alone_and_below_the_domain_and_back() -> None:
    home = named(zone(), ("tv", "192.168.1.7"))
    for name in ("tv", "tv.home.arpa"):
        answer = home.find(name, A)
        assert answer is not None and (answer.rule, answer.origin) == ("tv.home.arpa", DEVICES)
        assert answer.answer.records == (("A", "192.168.1.7"),)
    assert said(home, "7.1.168.192.in-addr.arpa", PTR) == "tv.home.arpa has this address"
    assert said(home, "x.tv.home.arpa") is said(home, "tv.lan") is None
    assert home.exists("home.arpa") and not zone().exists("home.arpa")
    assert said(named(zone(domain=""), ("tv", "192.168.1.7")), "tv") is None
    assert said(home, "tv", NS) is None, "a country's zone is asked for real"


@pytest.mark.parametrize(
    ("label", "by_hand", "may"),
    [
        ("tv", False, True), ("telltale", False, False), ("telltale", True, False), ("nas", False, False),
        ("nas", True, False), ("bare", True, False),
    ],
)  # fmt: skip
def test_a_device_takes_no_name_that_has_an_owner(label: str, by_hand: bool, may: bool) -> None:
    assert zone("nas.home.arpa A 192.0.2.1", "bare A 192.0.2.2").may_claim(label, by_hand) is may


@pytest.mark.parametrize(
    "home", [zone("*.home.arpa A 192.0.2.1"), zone(forwards=("home.arpa",)), zone(forwards=("arpa",))]
)
def test_what_was_only_found_takes_nothing_from_a_wildcard_or_a_domain_that_is_forwarded(home: HomeZone) -> None:
    assert not home.may_claim("tv", False) and home.may_claim("tv", True)
    named(home, ("tv", "192.168.1.7"), by_hand=("tv",))
    assert said(home, "tv.home.arpa") == "tv.home.arpa"


@given(st.text(string.printable, max_size=30))
@settings(max_examples=examples(200))
def test_any_name_finds_an_answer_or_none(name: str) -> None:
    home = named(zone("*.lan A 192.0.2.1", forwards=("example.com",)), ("tv", "192.168.1.7"))
    for qtype in (A, PTR, DS):
        home.find(name.lower(), qtype)
        home.route(name.lower(), qtype)
