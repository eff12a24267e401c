# SPDX-License-Identifier: GPL-3.0-or-later
"""What one rule of a blocklist says: block or allow, that name alone or with all below it."""

from enum import IntEnum


class Kind(IntEnum):
    """The four kinds of rule an index holds. The numbers stand in files: change none, add at the end."""

    BLOCK_EXACT = 0
    BLOCK_SUFFIX = 1
    ALLOW_EXACT = 2
    ALLOW_SUFFIX = 3

    @property
    def allow(self) -> bool:
        return self >= Kind.ALLOW_EXACT

    @property
    def subdomains(self) -> bool:
        return bool(self & 1)

    @property
    def allowing(self) -> "Kind":
        """The kind that this one becomes in a list subscribed to as an allow list."""
        return Kind(self | Kind.ALLOW_EXACT)


def text(name: str, *, allow: bool, subdomains: bool) -> str:
    """Return the rule as people write it: `x` that name alone, `||x^` with all below it, `@@` before what allows."""
    return f"{'@@' if allow else ''}{f'||{name}^' if subdomains else name}"
