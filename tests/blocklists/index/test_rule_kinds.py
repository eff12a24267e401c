# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds of rules in words."""

from blocklists.index import rule_kinds
from blocklists.rules.rule import Kind


def test_every_kind_has_words_of_its_own() -> None:
    found = rule_kinds.counts(dict.fromkeys(Kind, 3), [])
    assert len(found) == len(Kind)
    assert set(found.values()) == {3}


def test_what_a_list_has_none_of_is_not_counted() -> None:
    assert rule_kinds.counts({Kind.BLOCK_EXACT: 0, Kind.ALLOW_SUFFIX_IMPORTANT: 2}, []) == {
        "allowed names with all below, important": 2
    }
