# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of signs, and what it makes of devices as they are found in homes."""

from __future__ import annotations

import pytest

from store.config.choices import DeviceKind
from store.devices import kind_rules
from store.devices.kind_rules import RULES, Sign, Signs, guess, is_as_good, reason_said

K = DeviceKind


@pytest.mark.parametrize(
    ("signs", "kind", "reason"),
    [
        (Signs(services=["_ipp._tcp", "_http._tcp"]), K.PRINTER, "mdns:_ipp._tcp"),
        (Signs(services=["_ipp._tcp", "_smb._tcp"], models=["MacBookPro18,1"]), K.COMPUTER, "model:macbook"),
        (Signs(models=["iPhone15,2"]), K.PHONE, "model:iphone"),
        (Signs(models=["AudioAccessory5,1"], services=["_airplay._tcp"]), K.SPEAKER, "model:audioaccessory"),
        (Signs(models=["AppleTV11,1"]), K.TV, "model:appletv"),
        (Signs(services=["_googlecast._tcp"]), K.TV, "mdns:_googlecast._tcp"),
        (Signs(models=["ci=2"]), K.APPLIANCE, "model:ci=2"), (Signs(models=["ci=24"]), K.TV, "model:ci=24"),
        (Signs(models=["ci=17"]), K.CAMERA, "model:ci=17"),
        (Signs(upnp_types=["urn:schemas-upnp-org:device:ZonePlayer:1"]), K.SPEAKER, "upnp:zoneplayer"),
        (Signs(asked=["epdg.epc.mnc001.mcc262.pub.3gppnetwork.org"]), K.PHONE, "asks:pub.3gppnetwork.org"),
        (Signs(asked=["www.msftconnecttest.com"]), K.COMPUTER, "asks:msftconnecttest.com"),
        (Signs(asked=["notmsftconnecttest.com"]), None, ""),
        (Signs(asked=["conntest.nintendowifi.net"]), K.CONSOLE, "asks:conntest.nintendowifi.net"),
        (Signs(names=["Anna's iPhone"]), K.PHONE, "name:iphone"), (Signs(names=["Annas-iPad"]), K.TABLET, "name:ipad"),
        (Signs(names=["Apple-Watch-von-Anna"]), K.WATCH, "name:apple-watch"),
        (Signs(names=["biphone"]), None, ""), (Signs(maker="Sonos, Inc."), K.SPEAKER, "maker:sonos"),
        (Signs(maker="Apple, Inc."), None, ""), (Signs(), None, ""),
    ],
)  # fmt: skip
def test_devices_as_they_are_found(signs: Signs, kind: DeviceKind | None, reason: str) -> None:
    found = guess(signs)
    assert (found.kind, found.reason) == (kind, reason) if kind else found is None
    if found:
        said = reason_said(found.reason)
        assert said and reason.partition(":")[2] in said


def test_what_a_device_announces_goes_before_what_it_asks_and_that_before_its_maker() -> None:
    order = [sign for _, sign, _ in RULES]
    assert order == sorted(order, key=[Sign.MODEL, Sign.UPNP, Sign.MDNS, Sign.ASKS, Sign.NAME, Sign.MAKER].index)


def test_every_line_is_in_small_letters_and_stands_once() -> None:
    words = [f"{sign}:{word}" for _, sign, words in RULES for word in words]
    assert len(words) == len(set(words)) and all(word == word.casefold() for word in words)
    assert {kind for kind, *_ in RULES} == set(DeviceKind) - {DeviceKind.UNKNOWN}
    assert set(kind_rules.ASKED) == {w for _, sign, ws in RULES if sign is Sign.ASKS for w in ws}


def test_a_reason_gives_way_to_a_better_one_alone() -> None:
    assert is_as_good("mdns:_ipp._tcp", "maker:sonos") and not is_as_good("maker:sonos", "mdns:_ipp._tcp")
    assert is_as_good("maker:sonos", "maker:bose") and is_as_good("maker:sonos", None)
    assert is_as_good("maker:sonos", "a line that is gone") and reason_said("a line that is gone") == "" == reason_said(
        None
    )
