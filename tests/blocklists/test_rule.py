# SPDX-License-Identifier: GPL-3.0-or-later
from blocklists import rule
from blocklists.rule import Kind


def test_what_the_kinds_mean() -> None:
    assert [(kind.allow, kind.subdomains) for kind in Kind] == [
        (False, False), (False, True), (True, False), (True, True),
    ]  # fmt: skip


def test_an_allow_list_makes_every_rule_allow_and_changes_nothing_else() -> None:
    assert all(kind.allowing.allow and kind.allowing.subdomains == kind.subdomains for kind in Kind)


def test_rules_are_written_as_people_write_them() -> None:
    assert rule.text("ads.test", allow=False, subdomains=False) == "ads.test"
    assert rule.text("ads.test", allow=False, subdomains=True) == "||ads.test^"
    assert rule.text("ads.test", allow=True, subdomains=True) == "@@||ads.test^"
