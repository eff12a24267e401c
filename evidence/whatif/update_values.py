# SPDX-License-Identifier: GPL-3.0-or-later
"""What the last update of each list changed for this home, as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UpdatedName:
    """A name of the home that a new version judges otherwise, and how often it was asked for in the range."""

    name: str = ""
    queries: int = 0


@dataclass(frozen=True, slots=True)
class UpdateEffect:
    """Of a list whose last new version came at `changed_at` (Unix seconds).

    `blocked`: names that pass but for rules that this version brought; `freed`: names that the list blocked before, and
    nothing does now; both by how much they are asked for.
    """

    id: str = ""
    title: str = ""
    changed_at: int = 0
    blocked: tuple[UpdatedName, ...] = ()
    freed: tuple[UpdatedName, ...] = ()


@dataclass(frozen=True, slots=True)
class UpdateEffects:
    """Of all lists that are on and had a new version in the range; those that changed something for the home first."""

    from_us: int = 0
    to_us: int = 0
    queries: int = 0
    lists: tuple[UpdateEffect, ...] = ()
