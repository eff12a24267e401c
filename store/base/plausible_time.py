# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a clock was ever set: machines without a battery start in 1970, or when their image was made."""

EARLIEST_S = 1_577_836_800  # 2020-01-01 in Unix seconds: before Telltale was; a clock that shows less was never set


def was_ever_set(now_s: int) -> bool:
    """Whether a clock that shows `now_s` (Unix seconds) may be right."""
    return now_s >= EARLIEST_S
