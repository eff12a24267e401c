# SPDX-License-Identifier: GPL-3.0-or-later
"""Lengths of time as people write them on a command line: `90s`, `15m`, `2h`, `3d`. Pure."""

import re

from store.base.sentences import say

_WRITTEN = re.compile(r"([0-9]{1,7})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def parse_seconds(text: str) -> int:
    """
    >>> parse_seconds("15m")
    900

    Raises ValueError with a sentence for anything else, and for no time at all.
    """
    match = _WRITTEN.fullmatch(text.strip().lower())
    if match is None or not int(match[1]):
        raise ValueError(say("'{text}' is no length of time: write 90s, 15m, 2h or 3d.", text=text))
    return int(match[1]) * _SECONDS[match[2]]
