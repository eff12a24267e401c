# SPDX-License-Identifier: GPL-3.0-or-later
"""What a name can be for, and what that makes it: tracking, use, or unknown. The rule stands in docs/whose.md."""

from enum import IntEnum, StrEnum


class Purpose(StrEnum):
    """What a name is for."""

    ANALYTICS = "analytics"  # what you do, counted or recorded
    ADS = "ads"  # advertising, and who sees it
    CRASH = "crash"  # reports of faults, with what you did before
    PUSH = "push"  # messages that a server sends to a device
    UPDATE = "update"  # new versions of software, lists and certificates
    CONFIG = "config"  # settings that a program fetches
    CLOUD = "cloud"  # where your own data or your device's control lives
    CONTENT = "content"  # what you read, see, hear or buy
    INFRASTRUCTURE = "infrastructure"  # what the network itself needs: DNS, time, certificates, hosting
    FUNCTION = "function"  # what an app or device needs to do what you want
    UNKNOWN = "unknown"


class Kind(IntEnum):
    """What a query for a name means to the home."""

    UNKNOWN = 0
    TRACKING = 1  # it tells about you
    USE = 2  # you, or a feature that you want, asked for it

    @property
    def word(self) -> str:
        """The word that JSON and pages say: tracking, use or unknown."""
        return self.name.lower()


_TRACKING = frozenset((Purpose.ANALYTICS, Purpose.ADS, Purpose.CRASH))


def kind_of(purpose: Purpose) -> Kind:
    """Return what a purpose makes of a name."""
    if purpose is Purpose.UNKNOWN:
        return Kind.UNKNOWN
    return Kind.TRACKING if purpose in _TRACKING else Kind.USE


def kind_named(word: str) -> Kind:
    """Return the kind with this word. Raises ValueError."""
    for kind in Kind:
        if kind.word == word:
            return kind
    raise ValueError(word)
