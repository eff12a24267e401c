# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may let a blocked name through at a device, alone: the house's word, and that of groups and devices. Pure."""

from collections.abc import Iterable

from store.config import scopes
from store.config.choices import Leave


def leave_of(house: str, others: Iterable[str], device: int, groups: Iterable[int]) -> str:
    """yes, ask or no for a device: its own word, else the strictest of its groups', else the house's.

    `others`: as `store.config.endpoints.check_leave` writes them; of two for one scope the later one counts.
    """
    leaves = dict(text.partition("=")[::2] for text in others)
    own = leaves.get(str(scopes.device(device)))
    grouped = [leave for group in groups if (leave := leaves.get(str(scopes.group(group))))]
    return own or max(grouped, key=tuple(Leave).index, default=house)
