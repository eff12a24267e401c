# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a list may not come from somewhere, in words."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.list_sources import Unfit
from store.names import list_origins
from store.names.list_origins import address_refused, host_refused


@pytest.mark.parametrize("why", Unfit)
def test_each_reason_names_the_address(why: Unfit) -> None:
    assert "192.0.2.1" in address_refused(why, ip_address("::ffff:192.0.2.1"))


def test_reasons_differ() -> None:
    assert len({address_refused(why, ip_address("192.0.2.1")) for why in Unfit}) == len(Unfit)


def test_a_name_and_an_address_in_any_spelling() -> None:
    assert host_refused(Unfit.HERE, "localhost") == "localhost is this machine itself"
    assert host_refused(Unfit.HERE, "2130706433") == "its server has the address 127.0.0.1, this machine itself"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("https://user:pass@host/list.txt", "https://***@host/list.txt"),
        ("https://token@host:8443/l?x=1", "https://***@host:8443/l?x=1"),
        ("http://u:p%40@[fd00::1]:80/", "http://***@[fd00::1]:80/"), ("https://u:p@ss@host/@me", "https://***@host/@me"),
        ("https://host/l?token=abc&x=1&api_key=d", "https://host/l?token=***&x=1&api_key=***"),
        ("https://host/l?X-Signature=a&monkey=b", "https://host/l?X-Signature=***&monkey=b"),
        ("https://host/list.txt?hostformat=hosts", "https://host/list.txt?hostformat=hosts"),
        ("/srv/lists/me@home.txt", "/srv/lists/me@home.txt"), ("pack:xiaomi", "pack:xiaomi"), ("", ""),
        ("https://user:pass@[bad/", "https://***@[bad/"),
    ],
)  # fmt: skip
def test_a_source_is_shown_without_what_opens_its_door(source: str, told: str) -> None:
    assert list_origins.shown(source) == told
    assert list_origins.shown(told) == told


@given(st.text(st.characters(codec="ascii", exclude_characters="/?#\\"), min_size=4, max_size=30))
def test_no_password_is_shown_whatever_it_holds(password: str) -> None:
    for told in (list_origins.shown, list_origins.garbled):
        assert f"Q{password}Q" not in told(f"https://user:Q{password}Q@host/list")


def test_what_must_not_be_told() -> None:
    found = list_origins.secrets_of("https://user:se%40ret@host/l?token=abcd&x=longer&key=ab")
    assert {"user", "se%40ret", "se@ret", "abcd"} <= set(found) and not {"longer", "ab", ""} & set(found)
