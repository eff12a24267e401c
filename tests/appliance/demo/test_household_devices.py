# SPDX-License-Identifier: GPL-3.0-or-later
"""The household is plausible: real makers, known beats, addresses of their own."""

import ipaddress

import pytest

from appliance.demo.household_devices import DEVICES, DemoDevice
from resolver.recorder import identify
from wire.names import to_wire


def test_each_device_has_an_address_and_a_mac_of_its_own() -> None:
    for field in ("name", "mac", "address"):
        assert len({getattr(device, field) for device in DEVICES}) == len(DEVICES)
    assert all(ipaddress.ip_address(device.address).is_loopback for device in DEVICES)


def test_two_phones_of_xiaomi_with_their_known_beats() -> None:
    phones = [device for device in DEVICES if device.maker.startswith("Xiaomi")]
    assert len(phones) == 2
    for phone in phones:
        names = {beat.name for beat in phone.beats}
        assert {"data.mistat.xiaomi.com", "tracking.intl.miui.com", "sa.api.intl.miui.com"} <= names


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_names_are_names_and_people_have_something_to_open(device: DemoDevice) -> None:
    for name in [beat.name for beat in device.beats] + [name for site in device.sites for name in site]:
        to_wire(name)
        assert name == name.lower()
    assert bool(device.browses) == bool(device.sites)
    assert all(beat.seconds > 0 for beat in device.beats)


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_the_maker_is_the_one_of_the_address(device: DemoDevice) -> None:
    assert identify.maker_of(device.mac) == device.maker
