# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklists.formats import list_names
from blocklists.rules.rule import Kind


@given(st.text(max_size=300))
def test_whatever_is_taken_as_a_name_can_stand_in_dns(text: str) -> None:
    kind, name = list_names.item(text.lower(), Kind.BLOCK_SUFFIX)
    if kind is not None:
        assert name.isascii() and name == name.lower() and len(name) <= 253
        assert all(1 <= len(label) <= 63 for label in name.split("."))
        assert list_names.item(name, kind) == (kind, name)


@pytest.mark.parametrize(
    "address", ["0.0.0.0", "127.9.9.9", "::", "::1", "0:0:0:0:0:0:0:0", "::ffff:0.0.0.0", "255.255.255.255"]
)
def test_sinkhole_addresses(address: str) -> None:
    assert list_names.sinkhole(address)


@pytest.mark.parametrize("address", ["192.168.0.1", "9.9.9.9", "fd00::1", "fe80::1%eth0", "ads.example", "", "1"])
def test_what_is_no_sinkhole_address(address: str) -> None:
    assert not list_names.sinkhole(address)
