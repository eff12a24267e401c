# SPDX-License-Identifier: GPL-3.0-or-later
"""Who waits for an upstream: an exchange of the forwarder, or a query that passes through; transports know neither."""

from __future__ import annotations

from typing import Protocol


class Waiting(Protocol):
    """A question on its way. No call raises; each may end the waiting."""

    def answered(self, packet: bytes) -> None:
        """A packet of 12 bytes or more has come under its id; whether it is the answer is not known yet."""

    def failed(self) -> None:
        """Over this channel no answer will come."""

    def guessed(self) -> None:
        """Somebody guesses ids on this channel: an answer that comes by it is not to be believed any more."""
