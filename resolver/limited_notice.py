# SPDX-License-Identifier: GPL-3.0-or-later
"""A line in the log, once a minute at most, that somebody asks more than can be answered."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from resolver.listen.mmsg import name_of
from resolver.listen.shares import Shares

LIMITED_SECONDS = 60.0  # between two lines about a client that asks too much

log = logging.getLogger("resolver.worker")


@runtime_checkable
class Sharing(Protocol):
    """A socket that knows who asks how much."""

    @property
    def shares(self) -> Shares: ...


class LimitedNotice:
    """Of one worker; seconds of a clock that never jumps."""

    def __init__(self) -> None:
        self._limited, self._tell_at = 0, 0.0

    def tell(self, limited: int, sockets: Iterable[object], now: float) -> None:
        """`limited`: how many were not answered so far; `sockets`: some of which know who asked the most of late."""
        if limited == self._limited or now < self._tell_at:
            return
        shares = [each.shares for each in sockets if isinstance(each, Sharing)]
        loudest = {name_of(each.loudest) for each in shares if each.loudest}
        log.warning(
            "%d queries were not answered, so that others are: too many came from %s",
            limited - self._limited, ", ".join(sorted(loudest)[:3]),
        )  # fmt: skip
        self._limited, self._tell_at = limited, now + LIMITED_SECONDS
