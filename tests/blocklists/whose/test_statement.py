# SPDX-License-Identifier: GPL-3.0-or-later
"""How the words of several sources on one name are laid over one another."""

from blocklists.whose.purpose import Purpose
from blocklists.whose.statement import Layers, Statement


def test_gaps_are_filled_from_below() -> None:
    below = Statement("table", "A", "Player", Purpose.CONTENT)
    assert Statement("pack", "A").over(below) == Statement("pack", "A", "Player", Purpose.CONTENT)
    assert Statement("pack", None, None, Purpose.ADS).over(below) == Statement("pack", "A", "Player", Purpose.ADS)
    assert Statement("pack", "A").over(None) == Statement("pack", "A")


def test_a_product_is_not_another_companys() -> None:
    assert Statement("pack", "B").over(Statement("table", "A", "Player", Purpose.ADS)) == Statement(
        "pack", "B", None, Purpose.ADS
    )


def test_equal_statements_are_one_object() -> None:
    layers = Layers()
    layers.lay((name, True, Statement("table", "A")) for name in ("a.test", "b.test"))
    assert layers.suffixes["a.test"] is layers.suffixes["b.test"]
