# SPDX-License-Identifier: GPL-3.0-or-later
from blocklists.rules import rule
from blocklists.rules.rule import Kind


def test_what_the_kinds_mean() -> None:
    assert [(kind.allow, kind.subdomains) for kind in list(Kind)[:4]] == [
        (False, False), (False, True), (True, False), (True, True),
    ]  # fmt: skip
    for kind in rule.NAMES:
        assert rule.of(kind.scope, allow=kind.allow, important=kind.important) is kind
    assert {kind.scope for kind in rule.ADDRESSES} == {"address"}


def test_an_allow_list_makes_every_rule_allow_and_changes_nothing_else() -> None:
    assert all(kind.allowing.allow and kind.allowing.scope == kind.scope for kind in Kind)
    assert all(kind.allowing.important for kind in rule.NAMES)


def test_rules_are_written_as_people_write_them() -> None:
    assert rule.text("ads.test", allow=False, subdomains=False) == "ads.test"
    assert rule.text("ads.test", allow=False, subdomains=True) == "||ads.test^"
    assert rule.text("ads.test", allow=True, subdomains=True) == "@@||ads.test^"
    assert rule.kind_text(Kind.BLOCK_BELOW, "ads.test") == "*.ads.test"
    assert rule.kind_text(Kind.ALLOW_SUFFIX_IMPORTANT, "ads.test") == "@@||ads.test^$important"
