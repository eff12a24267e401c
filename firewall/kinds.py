# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of bypass that the wall knows, and how each is dealt with: off, watch or enforce."""

from dataclasses import dataclass, fields
from enum import IntEnum

from store.config.settings import Settings


class Mode(IntEnum):
    """WATCH counts and lets pass; ENFORCE redirects or refuses, and counts. Ordered: the lower of two modes holds."""

    OFF = 0
    WATCH = 1
    ENFORCE = 2


MODES = {"off": Mode.OFF, "watch": Mode.WATCH, "enforce": Mode.ENFORCE}

# Kind → what people call it. The kind is a word in names of sets and counters, in rows and in the API.
KINDS = {
    "port53": "plain DNS elsewhere",
    "dot": "DNS over TLS",
    "doq": "DNS over QUIC",
    "doh": "DNS over HTTPS",
    "resolver": "another resolver's address",
    "httpdns": "a vendor's HTTP resolver",
    "network": "a network that is refused",
    "raw": "an address that no answer named",
    "ntp": "time elsewhere",
}


@dataclass(frozen=True, slots=True)
class Modes:
    """What one group of clients is subject to; each is one switch of the settings (`wall_…`)."""

    port53: Mode = Mode.OFF
    encrypted: Mode = Mode.OFF
    doh: Mode = Mode.OFF
    httpdns: Mode = Mode.OFF
    networks: Mode = Mode.OFF
    raw: Mode = Mode.OFF
    ntp: Mode = Mode.OFF

    def of(self, kind: str) -> Mode:
        """The mode of a kind: one switch may stand for several kinds."""
        switch = {"dot": "encrypted", "doq": "encrypted", "resolver": "doh", "network": "networks"}.get(kind, kind)
        return Mode(getattr(self, switch))

    def at_most(self, mode: Mode) -> "Modes":
        """The same switches, none above `mode`."""
        return Modes(**{each.name: min(getattr(self, each.name), mode) for each in fields(self)})


def modes(settings: Settings) -> Modes:
    """The house's switches as they hold: none stands above the wall as a whole."""
    chosen = {each.name: MODES[getattr(settings, f"wall_{each.name}")] for each in fields(Modes)}
    return Modes(**chosen).at_most(MODES[settings.wall])
