# SPDX-License-Identifier: GPL-3.0-or-later
"""A profile as Apple documents it (com.apple.dnsSettings.managed)."""

import plistlib

import pytest

from webui.private_dns.apple_profile import ProfileWanted, Protocol, profile


def wanted(**more: object) -> ProfileWanted:
    values = {"protocol": Protocol.TLS, "server": "k3v9.telltale.home.arpa", "title": "T", "about": "A", **more}
    return ProfileWanted(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(("protocol", "server", "key"), [
    (Protocol.TLS, "k3v9.telltale.home.arpa", "ServerName"),
    (Protocol.HTTPS, "https://telltale.home.arpa/dns-query/k3v9", "ServerURL"),
])  # fmt: skip
def test_what_it_says(protocol: Protocol, server: str, key: str) -> None:
    made = plistlib.loads(profile(wanted(protocol=protocol, server=server, addresses=["10.0.0.1"])))
    (payload,) = made["PayloadContent"]
    assert made["PayloadType"] == "Configuration"
    assert payload["PayloadType"] == "com.apple.dnsSettings.managed"
    assert payload["DNSSettings"] == {"DNSProtocol": str(protocol), key: server, "ServerAddresses": ["10.0.0.1"]}
    assert "OnDemandRules" not in payload and "ServerAddresses" not in profile(wanted()).decode()


def test_at_home_it_may_rest() -> None:
    made = plistlib.loads(profile(wanted(only_away=True, home_servers=["10.0.0.1", "fd00::1"])))
    (payload,) = made["PayloadContent"]
    assert payload["OnDemandRules"] == [
        {"Action": "Disconnect", "DNSServerAddressMatch": ["10.0.0.1", "fd00::1"]}, {"Action": "Connect"},
    ]  # fmt: skip


def test_installed_again_it_takes_its_own_place_and_no_others() -> None:
    first, again, other = (
        plistlib.loads(profile(each)) for each in (wanted(), wanted(title="New"), wanted(server="x.y"))
    )
    assert first["PayloadUUID"] == again["PayloadUUID"] != other["PayloadUUID"]
    assert first["PayloadIdentifier"] == again["PayloadIdentifier"] != other["PayloadIdentifier"]
    assert first["PayloadUUID"] != first["PayloadContent"][0]["PayloadUUID"]


def test_what_people_wrote_breaks_nothing() -> None:
    made = plistlib.loads(profile(wanted(title="Tom & <Anna>", server="a&b")))
    assert made["PayloadDisplayName"] == "Tom & <Anna>"
