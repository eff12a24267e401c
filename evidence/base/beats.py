# SPDX-License-Identifier: GPL-3.0-or-later
"""The look-ups of one name within an hour as bytes: varints, each second less the one before. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

MAX_BEATS = 240  # of an hour: what asks more often than every fifteen seconds is no beacon, and is not stored

_SEVEN = 0x7F


def pack(seconds: Sequence[int]) -> bytes | None:
    """Seconds within the hour (ascending) as bytes; None for too many."""
    if len(seconds) > MAX_BEATS:
        return None
    packed, before = bytearray(), 0
    for second in seconds:
        step, before = second - before, second
        while step > _SEVEN:
            packed.append(step & _SEVEN | _SEVEN + 1)
            step >>= 7
        packed.append(step)
    return bytes(packed)


def unpack(packed: Iterable[int]) -> list[int]:
    """The seconds again."""
    seconds, second, step, shift = [], 0, 0, 0
    for byte in packed:
        step |= (byte & _SEVEN) << shift
        shift += 7
        if byte <= _SEVEN:
            second += step
            seconds.append(second)
            step = shift = 0
    return seconds
