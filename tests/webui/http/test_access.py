# SPDX-License-Identifier: GPL-3.0-or-later
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.base import status
from store.base.helper_statuses import CertificateFault, CertificateStatus
from webui.http.access import certified_names, host_is_ours, is_near, own_names

NAMES = own_names("telltale", "pi")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "192.168.1.20", "10.2.3.4", "172.31.0.1", "169.254.9.9", "100.64.0.1", "::1", "fe80::1%eth0",
     "fd12::9"],
)  # fmt: skip
def test_home_addresses_are_near(address: str) -> None:
    assert is_near(address, ())


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2a00:1450::1", "::ffff:8.8.8.8", "", "testclient"]
)
def test_public_addresses_and_nonsense_are_not(address: str) -> None:
    assert not is_near(address, ())


def test_a_mapped_address_counts_as_what_it_maps() -> None:
    assert is_near("::ffff:192.168.1.20", ())


def test_an_allowed_network_is_near() -> None:
    assert is_near("203.0.113.7", ("203.0.113.0/24",))
    assert is_near("2a02::5", ("203.0.113.0/24", "2a02::/32"))
    assert not is_near("203.0.114.7", ("203.0.113.0/24", "2a02::/32"))


@pytest.mark.parametrize(
    "host",
    ["telltale", "TELLTALE", "telltale:8053", "telltale.home.arpa", "telltale.lan", "pi.local", "telltale.internal.",
     "localhost:80", "192.168.1.2", "192.168.1.2:8053", "[fd00::1]", "[::1]:8053"],
)  # fmt: skip
def test_our_names_and_addresses_are_ours(host: str) -> None:
    assert host_is_ours(host, NAMES)


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "telltale.evil.example", "telltale.", "192.168.1.2.evil.example", "telltale:80:80",
     "telltale:x", "[::1", "::1", "[telltale]", "[::1]x", "localhost@evil.example", "telltale/"],
)  # fmt: skip
def test_foreign_and_broken_names_are_not(host: str) -> None:
    assert host_is_ours(host, NAMES) == (host == "telltale.")


def test_names_of_the_certificate_are_ours(tmp_path: Path) -> None:
    assert not certified_names(tmp_path)
    held = CertificateStatus(source="own", names=("dns.example.org", "*.dns.example.org"))
    status.publish(tmp_path, "certificate", held)
    assert host_is_ours("DNS.example.org:443", certified_names(tmp_path))
    assert not host_is_ours("other.dns.example.org", certified_names(tmp_path)), "a hoster's may hold a thousand"
    bad = CertificateFault("expired", True, "It has expired.", "")
    status.publish(tmp_path, "certificate", replace(held, faults=(bad,)))
    assert not certified_names(tmp_path)


@given(st.text(max_size=60))
def test_any_text_gets_a_verdict(host: str) -> None:
    host_is_ours(host, NAMES)
    is_near(host, ("10.0.0.0/8",))
