# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from store.local.static_leases import StaticLease, WrongLease, check, read_mac


def test_a_lease_in_its_one_form() -> None:
    assert check(" 02-00-5E-00-00-11", "192.168.1.5 ", "NAS ") == StaticLease("02:00:5e:00:00:11", "192.168.1.5", "nas")


@pytest.mark.parametrize(
    "text",
    ["02:00:5E:00:00:1A", "02-00-5e-00-00-1a", "0200.5e00.001a", "02005E00001A", "2:0:5e:0:0:1a",
     " 02 00 5e 00 00 1a "],
)  # fmt: skip
def test_a_mac_in_all_its_spellings(text: str) -> None:
    assert read_mac(text) == "02:00:5e:00:00:1a"


@pytest.mark.parametrize(
    "text",
    ["", ":", "::::::", "02:00:5e:00:00", "02:00:5e:00:00:11:22", "0200:5e00:001a:", "02005e00001", "02:00:5e::00:11",
     "２2:00:5e:00:00:11", "02:00:5e:00:00:011", "g2:00:5e:00:00:11", "0200 5e00001a", "a" * 300],
)  # fmt: skip
def test_what_is_no_mac(text: str) -> None:
    with pytest.raises(WrongLease, match="no MAC address") as error:
        read_mac(text)
    assert error.value.part == "mac"


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
        ("02:00:5e:00:00:11", "192.168.1.5", "n" * 300, "no name of a device"),
        ("02:00:5e:00:00:11", "192.168.1.5", "küche", "no name of a device"),
    ],
)
def test_what_is_none_is_refused_in_plain_words(mac: str, address: str, name: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check(mac, address, name)
