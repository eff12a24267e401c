# SPDX-License-Identifier: GPL-3.0-or-later
from store.household.holding import Holding, earliest_edge


def test_of_several_edges_the_first_comes_first() -> None:
    assert earliest_edge([30, None, 20]) == 20
    assert earliest_edge([None, None]) is earliest_edge([]) is None


def test_what_holds_for_good_has_no_edge() -> None:
    assert Holding(frozenset({1})).next_edge_s is None
