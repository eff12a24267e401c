# SPDX-License-Identifier: GPL-3.0-or-later
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklists.rules.complex_rule import ComplexRule, When
from blocklists.rules.rule import Kind
from blocklists.safety import essential
from store.names.linear_patterns import available
from wire import addresses


@pytest.mark.parametrize(
    ("kind", "name", "kept_out"),
    [
        (Kind.BLOCK_SUFFIX, "com", True),
        (Kind.BLOCK_SUFFIX, "co.uk", True),
        (Kind.BLOCK_BELOW, "zip", True),
        (Kind.BLOCK_SUFFIX_IMPORTANT, "zip", True),
        (Kind.BLOCK_EXACT, "co.uk", False),
        (Kind.BLOCK_SUFFIX, "ads.co.uk", False),
        (Kind.BLOCK_SUFFIX, "github.io", False),
        (Kind.BLOCK_EXACT, "captive.apple.com", True),
        (Kind.BLOCK_SUFFIX, "captive.apple.com", True),
        (Kind.BLOCK_SUFFIX, "apple.com", True),
        (Kind.BLOCK_EXACT, "apple.com", False),
        (Kind.BLOCK_BELOW, "captive.apple.com", False),
        (Kind.BLOCK_SUFFIX, "ntp.org", True),
        (Kind.BLOCK_SUFFIX, "ads.apple.com", False),
        (Kind.ALLOW_SUFFIX, "com", False),
    ],
)
def test_what_no_list_blocks_unnoticed(kind: Kind, name: str, kept_out: bool) -> None:
    assert (essential.usual().of_rule(kind, name) is not None) is kept_out


def test_a_home_guards_its_upstreams_and_the_servers_of_its_lists() -> None:
    home = essential.of_home(
        ["9.9.9.9", "[2620:fe::fe]:53", "tls://dns.example:853"], ["https://lists.example/a.txt", "/local"]
    )
    assert home.names == {"dns.example": essential.UPSTREAM, "lists.example": essential.SOURCE}
    held = {(kind, name) for kind, name, _ in home.candidates([(4, 32), (4, 24), (6, 48)])}
    assert {name for kind, name in held if kind is Kind.BLOCK_ADDRESS} == {"9.9.9.9/32", "9.9.9.0/24", "2620:fe::/48"}
    assert home.of_network("9.9.9.0/24") == essential.ASKED and home.of_network("0.0.0.0/0") == essential.ASKED
    assert home.of_network("9.9.8.0/24") is None
    assert (Kind.BLOCK_SUFFIX, "example") in held and (Kind.BLOCK_EXACT, "dns.example") in held
    assert (Kind.BLOCK_EXACT, "example") not in held


def test_complex_rules_are_tried_on_the_guarded_names() -> None:
    rules = [
        ComplexRule("suffix", "africa", "||africa^$denyallow=x.africa", when=When(spared=("x.africa",))),
        ComplexRule("all", "", "*$denyallow=com", when=When(spared=("com",))),
        ComplexRule("all", "", "*$dnstype=HTTPS", when=When(types=(65,))),
        ComplexRule("all", "", "*$client=tv", when=When(clients=("tv",))),
        ComplexRule("suffix", "ads.test", "||ads.test^$dnstype=A", when=When(types=(1,))),
        ComplexRule("exact", "time.apple.com", "time.apple.com CNAME *.", answer="nodata"),
        ComplexRule("all", "", "@@*$denyallow=x", allow=True, when=When(spared=("x",))),
    ]
    if available():
        rules += [ComplexRule("pattern", r"ntp\.org$", r"/ntp\.org$/"), ComplexRule("pattern", "^ads", "/^ads/")]
    kept_out = essential.usual().of_complex_rules(rules)
    expected = {"||africa^$denyallow=x.africa", "*$denyallow=com", "time.apple.com CNAME *."}
    assert set(kept_out) == expected | ({r"/ntp\.org$/"} if available() else set())
    assert kept_out["time.apple.com CNAME *."] == f"time.apple.com would go with it: {essential.TIME}"


@pytest.mark.parametrize(
    ("network", "why"),
    [
        ("192.168.1.0/24", essential.LOCAL),
        ("10.1.2.3/32", essential.LOCAL),
        ("127.0.0.1/32", essential.LOCAL),
        ("fe80::1/128", essential.LOCAL),
        ("fd00::/8", essential.LOCAL),
        ("0.0.0.0/0", essential.WIDE),
        ("64.0.0.0/3", essential.WIDE),
        ("2000::/3", essential.WIDE),
        ("8.0.0.0/8", None),
        ("203.0.113.9/32", None),
        ("2001:db8::/32", None),
    ],
)
def test_no_list_takes_away_the_home_or_half_the_internet(network: str, why: str | None) -> None:
    assert essential.usual().of_network(network) == why
    said = ComplexRule("network", network, "zone's line", answer="nodata")
    assert essential.usual().of_complex_rules([said]) == ({"zone's line": why} if why else {})


@given(st.sampled_from([str(network) for network in addresses.LOCAL]), st.integers(-2, 2), st.integers(0, 128))
def test_a_network_meets_another_where_they_have_an_address_in_common(local: str, beside: int, length: int) -> None:
    guarded = ipaddress.ip_network(local)
    start = int(guarded.network_address) + beside * guarded.num_addresses
    held = guarded.network_address + (start % 2**guarded.max_prefixlen - int(guarded.network_address))
    asked = ipaddress.ip_network(f"{held}/{min(length, guarded.max_prefixlen)}", strict=False)
    alone = essential.EssentialNames({}, {}, {local: essential.LOCAL})
    assert (alone.of_network(str(asked)) is not None) is guarded.overlaps(asked)  # type: ignore[arg-type]
