# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums over rows from which one or two rows that changed, went or came are found again without a copy of them. Pure.

A row is (x, h): x its time in µs, which no other row has, h a hash of it. Of a chunk of rows stands

    S_k = Σ x^k · h  mod P,  k = 0 … 3

What a chunk's sums are off by, D_k, is the same sum over its errors alone: a row that went counts −h, one that came h,
one that changed the difference of its hashes. With at most two errors at x and y, D_k = a·x^k + b·y^k: x and y are the
roots of t² − s·t + q, where D_2 = s·D_1 − q·D_0 and D_3 = s·D_2 − q·D_1. So a Reed–Solomon code with four check symbols
finds two errors (Peterson 1960). More than two are told as somewhere in the chunk.
"""

from collections.abc import Iterable

P = (1 << 61) - 1  # a Mersenne prime; times in µs are below it until the year 75,000
TERMS = 4

Sums = tuple[int, int, int, int]
NO_ROWS: Sums = (0, 0, 0, 0)


def add(sums: Sums, rows: Iterable[tuple[int, int]]) -> Sums:
    """The sums with further rows, as (time in µs, hash)."""
    first, second, third, fourth = sums
    for time_us, value in rows:
        first += value
        value = value * time_us % P
        second += value
        value = value * time_us % P
        third += value
        fourth += value * time_us % P
    return first % P, second % P, third % P, fourth % P


def errors(kept: Sums, now: Sums, from_us: int, to_us: int) -> tuple[int, ...] | None:
    """The times of the one or two rows, from ≤ time < to, by which the sums differ; () where none, None for more.

    That three or more look like two takes two times within the range by chance: for a day, once in 10^14.
    """
    d0, d1, d2, d3 = ((after - before) % P for before, after in zip(kept, now, strict=True))
    if not (d0 or d1 or d2 or d3):
        return ()
    if (d0 * d2 - d1 * d1) % P == 0:
        return _one(d0, d1, d2, d3, from_us, to_us)
    # s and q by Cramer's rule; the determinant is what was just found to differ from 0.
    inverse = pow(d1 * d1 - d0 * d2, -1, P)
    total = (d1 * d2 - d0 * d3) * inverse % P
    product = (d2 * d2 - d1 * d3) * inverse % P
    half = total * _HALF % P
    root = _square_root((half * half - product) % P)
    if root is None:
        return None
    times = sorted(((half - root) % P, (half + root) % P))
    return tuple(times) if all(from_us <= time < to_us for time in times) else None


_HALF = pow(2, -1, P)


def _one(d0: int, d1: int, d2: int, d3: int, from_us: int, to_us: int) -> tuple[int] | None:
    if not d0:
        return None
    time_us = d1 * pow(d0, -1, P) % P
    fits = (d1 * time_us - d2) % P == 0 and (d2 * time_us - d3) % P == 0
    return (time_us,) if fits and from_us <= time_us < to_us else None


def _square_root(value: int) -> int | None:
    """None where there is none. P is 3 modulo 4."""
    root = pow(value, (P + 1) // 4, P)
    return root if root * root % P == value else None
