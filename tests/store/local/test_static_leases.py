# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from store.local.static_leases import StaticLease, check


def test_a_lease_in_its_one_form() -> None:
    assert check(" 02-00-5E-00-00-11", "192.168.1.5 ", "NAS ") == StaticLease("02:00:5e:00:00:11", "192.168.1.5", "nas")


@pytest.mark.parametrize(
    ("mac", "address", "name", "says"),
    [
        ("nas", "192.168.1.5", "", "no MAC address"),
        ("01:00:5e:00:00:11", "192.168.1.5", "", "of no device"),
        ("00:00:00:00:00:00", "192.168.1.5", "", "of no device"),
        ("02:00:5e:00:00:11", "fd00::5", "", "no IPv4 address"),
        ("02:00:5e:00:00:11", "192.168.1.5", "a,b", "no name of a device"),
        ("02:00:5e:00:00:11", "192.168.1.5", "a\nport=53", "no name of a device"),
        ("02:00:5e:00:00:11", "192.168.1.5", "x.lan", "no name of a device"),
    ],
)
def test_what_is_none_is_refused_in_plain_words(mac: str, address: str, name: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check(mac, address, name)
