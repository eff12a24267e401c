# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read for the words that code, addresses and config.db hold: verdicts, origins, states, levels. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from store.base.sentences import say, say_as
from store.config.choices import DeviceKind

VERDICTS: Mapping[str, str] = {
    "BLOCK": say("blocked"),
    "PASS": say("let through"),
    "ALLOW": say("allowed"),
    "LOCAL": say("answered here"),
    "REFUSE": say("refused"),
    "FAILED": say("failed"),
}
ORIGINS: Mapping[str, str] = {
    "MEMO": say("memory"),
    "CACHE": say("cache"),
    "STALE": say("old cache"),
    "UPSTREAM": say("upstream"),
    "SELF": say("ourselves"),
}
TRANSPORTS: Mapping[str, str] = {
    "UDP": "UDP",
    "TCP": "TCP",
    "DOT": say("DNS over TLS"),
    "DOH": say("DNS over HTTPS"),
    "DOQ": say("DNS over QUIC"),
}
SIGNATURES: Mapping[str, str] = {
    "validated": say("checked, and genuine"),
    "insecure": say("there are none: nobody signed this"),
    "bogus": say("checked, and not to be trusted"),
}
FAULTS: Mapping[str, str] = {
    "bogus": say("they do not fit what was answered"),
    "expired": say("they have expired"),
    "not_yet_valid": say("they hold only from a later time on"),
    "no_key": say("the key to check them with is missing"),
    "no_signature": say("they are missing, although they should be there"),
    "no_zone_key": say("they were made with a key that may not sign"),
    "no_proof": say("the proof that something is not there is missing"),
}
SOURCES: Mapping[str, str] = {
    "pihole": say("Pi-hole"),
    "adguard": say("AdGuard Home"),
    "dnsmasq": say("dnsmasq"),
    "telltale": say("another Telltale"),
}
OTHERS: Mapping[str, str] = {
    "on": say_as("state", "on"),
    "off": say_as("state", "off"),
    "watch": say_as("state", "watch"),
    "enforce": say_as("state", "enforce"),
    "block": say("block"),
    "allow": say("allow"),
    "safe": say_as("level", "safe"),
    "strict": say_as("level", "strict"),
    "everything": say_as("level", "everything"),
    "ads": say_as("purpose of a name", "ads"),
    "analytics": say_as("purpose of a name", "analytics"),
    "cloud": say_as("purpose of a name", "cloud"),
    "config": say_as("purpose of a name", "config"),
    "crash": say_as("purpose of a name", "crash"),
    "push": say_as("purpose of a name", "push"),
    "update": say_as("purpose of a name", "update"),
    "small": say_as("size", "small"),
    "medium": say_as("size", "medium"),
    "large": say_as("size", "large"),
    "huge": say_as("size", "huge"),
    "read": say_as("scope of a token", "read"),
    "pause": say_as("scope of a token", "pause"),
    "admin": say_as("scope of a token", "admin"),
    "environment": say_as("what sets a setting", "environment"),
    "running": say_as("state of a process", "running"),
    "waiting": say_as("state of a process", "waiting"),
    "asleep": say_as("state of a process", "asleep"),
    "failing": say_as("state of a process", "failing"),
    "silent": say_as("state of a process", "silent"),
}
KINDS: Mapping[str, str] = {
    DeviceKind.PHONE: say_as("kind of device", "phone"),
    DeviceKind.TABLET: say_as("kind of device", "tablet"),
    DeviceKind.COMPUTER: say_as("kind of device", "computer"),
    DeviceKind.TV: say_as("kind of device", "TV"),
    DeviceKind.SPEAKER: say_as("kind of device", "speaker"),
    DeviceKind.CONSOLE: say_as("kind of device", "game console"),
    DeviceKind.PRINTER: say_as("kind of device", "printer"),
    DeviceKind.CAMERA: say_as("kind of device", "camera"),
    DeviceKind.WATCH: say_as("kind of device", "watch"),
    DeviceKind.ROUTER: say_as("kind of device", "router"),
    DeviceKind.APPLIANCE: say_as("kind of device", "household appliance"),
    DeviceKind.UNKNOWN: say_as("kind of device", "unknown"),
}
_LABELS = {**OTHERS, **VERDICTS, **ORIGINS, **TRANSPORTS}


def label(word: str) -> str:
    """What people read for it; a word that is none of these (a file's name, a title) as it is."""
    return _LABELS.get(word, word)
