# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.base.process_status import SupervisorStatus
from store.config import endpoints


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0.0.0.0:5300", ("0.0.0.0", 5300)),
        ("127.0.0.1", ("127.0.0.1", 53)),
        ("[::]:5300", ("::", 5300)),
        ("[::1]", ("::1", 53)),
        ("::1", ("::1", 53)),
        ("localhost:80", ("127.0.0.1", 80)),
        (" 10.0.0.1:0 ", ("10.0.0.1", 0)),
    ],
)
def test_endpoints_as_people_write_them(text: str, found: tuple[str, int]) -> None:
    assert endpoints.parse_endpoint(text, 53) == found


WANTED = ("0.0.0.0:53", "[::]:53")


def test_what_is_bound_goes_before_what_was_wanted() -> None:
    bound = SupervisorStatus(dns=("0.0.0.0:5300", "[::]:5300"))
    assert endpoints.dns_endpoints(WANTED, bound) == [("0.0.0.0", 5300), ("::", 5300)]
    for nothing in (SupervisorStatus(), None):
        assert endpoints.dns_endpoints(WANTED, nothing) == [("0.0.0.0", 53), ("::", 53)]


def test_what_is_bound_and_does_not_read_is_passed_over() -> None:
    some, none = SupervisorStatus(dns=("nonsense", "10.0.0.1:53")), SupervisorStatus(dns=("nonsense",))
    assert endpoints.dns_endpoints(WANTED, some) == [("10.0.0.1", 53)]
    assert endpoints.dns_endpoints(WANTED, none) == [("0.0.0.0", 53), ("::", 53)]


@pytest.mark.parametrize(
    ("bound", "asked"),
    [("0.0.0.0:53", "127.0.0.1"), ("[::]:53", "::1"), ("192.168.1.2:53", "192.168.1.2"), ("[fd00::2]:53", "fd00::2")],
)
def test_all_addresses_are_asked_over_loopback(bound: str, asked: str) -> None:
    assert endpoints.dns_endpoint(WANTED, SupervisorStatus(dns=(bound,))) == (asked, 53)


@pytest.mark.parametrize("text", ["127.0.0.1:53", "[::1]:53"])
def test_an_endpoint_is_shown_as_it_is_written(text: str) -> None:
    assert endpoints.show_endpoint(endpoints.parse_endpoint(text, 80)) == text


@pytest.mark.parametrize(
    "text", ["", ":53", "example.org:53", "0.0.0.0:65536", "0.0.0.0:", "0.0.0.0:x", "[::]53", "[::", "1.2.3"]
)
def test_what_is_no_endpoint_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        endpoints.parse_endpoint(text, 53)


def test_networks_addresses_and_names_come_out_plain() -> None:
    assert endpoints.check_network("100.64.1.1/10") == "100.64.0.0/10"
    assert endpoints.check_ipv4(" 1.2.3.4 ") == "1.2.3.4"
    assert endpoints.check_ipv6("2001:DB8:0::1") == "2001:db8::1"
    assert endpoints.check_ipv4("") == endpoints.check_ipv6(" ") == ""
    assert endpoints.check_host_name("Telltale.Home.") == "telltale.home"


@given(st.text(alphabet="0123456789.:[]abcdef/%-x ²١\n"))
def test_only_value_errors(text: str) -> None:
    for check in (endpoints.check_endpoint, endpoints.check_network, endpoints.check_ipv4,
                  endpoints.check_ipv6, endpoints.check_host_name):  # fmt: skip
        try:
            check(text)
        except ValueError:
            continue
