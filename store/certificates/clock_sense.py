# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the clock can be right. A Pi has none of its own and begins in the past until it hears the time."""

EARLIEST = 1_790_000_000.0  # 2026-09-21: this program was not written before
LATEST = EARLIEST + 100 * 365 * 86_400.0


def is_sane(now: float) -> bool:
    """Whether `now` (Unix seconds) is a time at which this program can run."""
    return EARLIEST <= now <= LATEST
