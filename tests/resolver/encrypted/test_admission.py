# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may ask over an encrypted connection, and which device that is."""

from ipaddress import ip_network

import pytest

from resolver.encrypted.admission import Admission
from store.local.device_words import DeviceWords

WORDS = DeviceWords({"k3v9q2xw7m2abcde": 7}, {"toms-phone": 9})
HOME = (ip_network("192.168.0.0/16"), ip_network("fe80::/10"))
CLOSED, OPEN = Admission(HOME, False, WORDS), Admission(HOME, True, WORDS)


@pytest.mark.parametrize("admission", [CLOSED, OPEN])
def test_at_home_a_word_says_which_device_it_is_and_else_the_address(admission: Admission) -> None:
    assert admission.client("192.168.1.5", "k3v9q2xw7m2abcde") == "192.168.1.5#7"
    assert admission.client("192.168.1.5", "toms-phone") == "192.168.1.5#9"
    assert admission.client("192.168.1.5", "nobodys-word") == "192.168.1.5"
    assert admission.client("192.168.1.5", "") == "192.168.1.5"
    assert admission.client("fe80::1%eth0", "toms-phone") == "fe80::1#9"


def test_outside_nobody_is_answered_as_long_as_that_is_off() -> None:
    for word in ("k3v9q2xw7m2abcde", "toms-phone", ""):
        assert CLOSED.client("203.0.113.9", word) is None
    assert not CLOSED.may_knock("203.0.113.9")


def test_outside_a_secret_word_opens_and_a_friendly_one_does_not() -> None:
    assert OPEN.may_knock("203.0.113.9")
    assert OPEN.client("203.0.113.9", "k3v9q2xw7m2abcde") == "203.0.113.9#7"
    for word in ("toms-phone", "nobodys-word", ""):
        assert OPEN.client("203.0.113.9", word) is None


def test_what_is_no_address_is_a_stranger() -> None:
    assert not OPEN.at_home("nonsense")
    assert OPEN.client("nonsense", "") is None


PROXIES = Admission(HOME, False, WORDS, (ip_network("192.168.1.80/32"), ip_network("172.17.0.0/16")))


@pytest.mark.parametrize(("forwarded", "client"), [
    ("192.168.1.5", "192.168.1.5"), ("203.0.113.9, 192.168.1.5", "192.168.1.5"),
    ("192.168.1.5, 172.17.0.2", "192.168.1.5"),
    ("192.168.1.5, 203.0.113.9", None), ("203.0.113.9", None), ("", None), ("nonsense", None), ("192.168.1.5,", None),
])  # fmt: skip
def test_a_trusted_proxy_says_for_whom_it_asks(forwarded: str, client: str | None) -> None:
    assert PROXIES.client_behind("192.168.1.80", forwarded, "") == client


def test_through_any_other_proxy_a_query_counts_as_one_from_outside() -> None:
    for word in ("", "toms-phone", "k3v9q2xw7m2abcde"):
        assert PROXIES.client_behind("192.168.1.81", "192.168.1.5", word) is None
    assert OPEN.client_behind("192.168.1.81", "192.168.1.5", "toms-phone") is None
    assert OPEN.client_behind("192.168.1.81", "192.168.1.5", "k3v9q2xw7m2abcde") == "192.168.1.81#7"
