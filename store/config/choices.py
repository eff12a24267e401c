# SPDX-License-Identifier: GPL-3.0-or-later
"""The closed sets of words that config.db holds, each said once: the API, command line and pages take theirs from here.

A word of its own is plain text in SQL and JSON. The CHECKs of config.db name the same words, which a test holds; a new
word where there is a CHECK takes a migration.
"""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What somebody who logs in may do, the most first: all; see all and change nothing; their own devices alone."""

    ADMIN = "admin"
    VIEWER = "viewer"
    OWN = "own"


class ListKind(StrEnum):
    """Where a blocklist comes from; pages show them in this order."""

    PACK = "pack"
    SERVICE = "service"
    CATALOGUE = "catalogue"
    ADDED = "added"


# What comes with Telltale: never fetched, and changed by nobody.
SHIPPED = frozenset({ListKind.PACK, ListKind.SERVICE})


class ListFormat(StrEnum):
    """How a list is written; `blocklists.formats` reads each."""

    HOSTS = "hosts"
    DOMAINS = "domains"
    WILDCARD = "wildcard"
    DNSMASQ = "dnsmasq"
    UNBOUND = "unbound"
    RPZ = "rpz"
    ADBLOCK = "adblock"
    REGEX = "regex"
    ADDRESSES = "addresses"


class ListPurpose(StrEnum):
    """What a list of the catalogue is against, in the order of the page."""

    GENERAL = "general"
    ADS = "ads"
    TRACKING = "tracking"
    VENDOR = "vendor"
    DOH = "doh"
    MALWARE = "malware"
    FAMILY = "family"


class ListSize(StrEnum):
    """By names: under 10,000, under 100,000, under 500,000, more."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    HUGE = "huge"


class PackLevel(StrEnum):
    """How far a vendor pack goes; each level takes in those before it."""

    SAFE = "safe"
    STRICT = "strict"
    EVERYTHING = "everything"

    @property
    def within(self) -> tuple["PackLevel", ...]:
        """The levels whose names it blocks, itself last."""
        levels = tuple(PackLevel)
        return levels[: levels.index(self) + 1]


class RuleKind(StrEnum):
    """What a rule of the home does, and a list to its names."""

    BLOCK = "block"
    ALLOW = "allow"


class RuleForm(StrEnum):
    """What a rule of the home is about: a name, or every name that a pattern is found in."""

    NAME = "name"
    REGEX = "regex"


class ScopeKind(StrEnum):
    """Whom a toggle, a rule or a switch of the wall holds for, the widest first."""

    HOUSE = "house"
    GROUP = "group"
    DEVICE = "device"


class WallMode(StrEnum):
    """How far the wall goes, or one of its switches. WATCH counts and lets pass; ENFORCE redirects or refuses, and
    counts. Each goes further than those before it.
    """

    OFF = "off"
    WATCH = "watch"
    ENFORCE = "enforce"


class SearchEngine(StrEnum):
    """The search engines that have a safe search for a network, in the order of the page."""

    GOOGLE = "google"
    YOUTUBE = "youtube"
    BING = "bing"
    DUCKDUCKGO = "duckduckgo"
    YANDEX = "yandex"
    BRAVE = "brave"
    ECOSIA = "ecosia"
    PIXABAY = "pixabay"


class YoutubeLevel(StrEnum):
    """How far YouTube's Restricted Mode goes; each hides what those before it hide."""

    MODERATE = "moderate"
    STRICT = "strict"


class ClientHow(StrEnum):
    """By what it is known whose an address is, the surest first: a trusted router's word (EDNS), the MAC address of the
    neighbour table, a DHCP lease, what a person gave, the address alone.
    """

    EDNS = "edns"
    MAC = "mac"
    LEASE = "lease"
    HAND = "hand"
    ADDRESS = "address"


class NameSource(StrEnum):
    """Who calls a device so, in the order in which one name goes before another."""

    HAND = "hand"
    LEASE = "lease"
    HOSTS = "hosts"
    PTR = "ptr"
    MDNS = "mdns"
    SSDP = "ssdp"


class Leave(StrEnum):
    """Whether somebody at a device may let a blocked name through there without log-in, the freest first."""

    YES = "yes"
    ASK = "ask"
    NO = "no"


class Dnssec(StrEnum):
    """What is done about signatures, the least first: nothing, an upstream's word is passed on, or they are checked."""

    OFF = "off"
    TRUST = "trust"
    VALIDATE = "validate"


class LogPrivacy(StrEnum):
    """What the query log holds of each query, the most first: all, the name without who asked, or nothing at all."""

    FULL = "full"
    NAMES = "names"
    NOTHING = "nothing"


class DeviceKind(StrEnum):
    """What kind of thing a device is; `appliance` is whatever else has a plug: a lamp, a robot, an oven."""

    PHONE = "phone"
    TABLET = "tablet"
    COMPUTER = "computer"
    TV = "tv"
    SPEAKER = "speaker"
    CONSOLE = "console"
    PRINTER = "printer"
    CAMERA = "camera"
    WATCH = "watch"
    ROUTER = "router"
    APPLIANCE = "appliance"
    UNKNOWN = "unknown"


class TokenScope(StrEnum):
    """What an API token may do; each takes in those before it."""

    READ = "read"
    PAUSE = "pause"
    ADMIN = "admin"


def either(words: Iterable[str]) -> str:
    """`a, b or c`, for help and sentences."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


class UpstreamMode(StrEnum):
    """While no encrypted upstream answers: nothing in the clear, or plain servers meanwhile."""

    STRICT = "strict"
    FALLBACK = "fallback"
