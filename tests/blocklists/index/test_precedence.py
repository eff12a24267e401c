# SPDX-License-Identifier: GPL-3.0-or-later
from blocklists.index.precedence import match_of, tiers
from blocklists.rules.rule import NAMES, Kind


def test_a_match_knows_its_kind() -> None:
    assert all(match_of(kind, 3, "a.test").kind is kind for kind in NAMES)


def test_tiers_are_in_order_and_only_those_that_occur() -> None:
    held = tiers((Kind.BLOCK_EXACT, Kind.BLOCK_BELOW, Kind.ALLOW_SUFFIX, Kind.BLOCK_SUFFIX_IMPORTANT), 8)
    assert held == [
        (1, [(Kind.BLOCK_SUFFIX_IMPORTANT, 24)], [(Kind.BLOCK_SUFFIX_IMPORTANT, 24)]),
        (2, [(Kind.ALLOW_SUFFIX, 16)], [(Kind.ALLOW_SUFFIX, 16)]),
        (3, [(Kind.BLOCK_EXACT, 0)], [(Kind.BLOCK_BELOW, 8)]),
    ]
