# SPDX-License-Identifier: GPL-3.0-or-later
"""How the words of several sources on one name are laid over one another."""

from dataclasses import replace

from blocklists.whose.statement import Heed, Layers, Statement
from store.names.purpose import Purpose


def test_gaps_are_filled_from_below() -> None:
    below = Statement("table", "A", "Player", Purpose.CONTENT, Heed.TRACKING)
    assert Statement("pack", "A").over(below) == Statement("pack", "A", "Player", Purpose.CONTENT, Heed.TRACKING)
    assert Statement("pack", None, None, Purpose.ADS).over(below) == Statement("pack", "A", "Player", Purpose.ADS)
    assert Statement("pack", "A").over(None) == Statement("pack", "A")


def test_a_product_is_not_another_companys() -> None:
    above = Statement("pack", "B").over(Statement("table", "A", "Player", Purpose.ADS))
    assert above == Statement("pack", "B", None, Purpose.ADS)


def test_equal_statements_are_one_object() -> None:
    layers = Layers()
    layers.lay((name, True, Statement("table", "A")) for name in ("a.test", "b.test"))
    assert layers.suffixes["a.test"] is layers.suffixes["b.test"]


def test_a_purpose_comes_down_within_a_company_alone() -> None:
    layers = Layers()
    layers.lay([
        ("a.test", True, Statement("table", "A", None, Purpose.CONTENT)),
        ("own.a.test", True, Statement("pack", "A")),
        ("low.own.a.test", True, Statement("pack", "A")),
        ("other.a.test", True, Statement("pack", "B")),
        ("host.test", True, Statement("table", "H", None, Purpose.INFRASTRUCTURE, hosted=True)),
        ("box.host.test", True, Statement("suffixes", hosted=True)),
        ("one.box.host.test", True, Statement("pack", "H")),
    ])  # fmt: skip
    layers.inherit()
    purposes = {name: statement.purpose for name, statement in layers.suffixes.items()}
    assert [purposes[name] for name in ("own.a.test", "low.own.a.test")] == [Purpose.CONTENT] * 2
    assert [purposes[name] for name in ("other.a.test", "one.box.host.test")] == [Purpose.UNKNOWN] * 2
    assert layers.suffixes["box.host.test"].company == "H"


def test_a_domain_in_which_a_name_reports_says_nothing_of_the_others() -> None:
    layers = Layers()
    use = Statement("companies", "A", None, Purpose.FUNCTION)
    layers.lay([("mixed.example", True, use), ("plain.example", True, use)])
    layers.lay([("maker.example", True, replace(use, company="M"))])
    layers.lay([("ads.mixed.example", True, replace(use, purpose=Purpose.ADS, heed=Heed.NONE))])
    layers.lay([("said.maker.example", True, replace(use, company="M", heed=Heed.NONE))])
    layers.doubt({"M"})
    doubtful = {name for name, statement in layers.suffixes.items() if statement.doubtful}
    assert doubtful == {"mixed.example", "maker.example"}
