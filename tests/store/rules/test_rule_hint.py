# SPDX-License-Identifier: GPL-3.0-or-later
"""Who writes a rule for the end of names is told so; nobody is told what is plain."""

import pytest

from store.config.rule_input import check_rule
from store.rules.rule_hint import hint


@pytest.mark.parametrize(
    ("text", "told"),
    [("xiaomi", "end in .xiaomi alone"), ("||zip^", "end in .zip alone"), ("com", "name that ends in .com, whoever"),
     ("*.co.uk", "every name that ends in .co.uk"), ("рф", "ends in .xn--p1ai, whoever"),
     ("=nas", "the word “nas” alone"), ("@@com", "every name that ends in .com")],
)  # fmt: skip
def test_a_name_that_is_the_end_of_names(text: str, told: str) -> None:
    kind = "allow" if text.startswith("@@") else "block"
    assert told in hint(check_rule(kind, text, subdomains=True))


@pytest.mark.parametrize(
    "text", ["lan", "home.arpa", "local", "localhost", "ads.example.com", "=co.uk", "/xiaomi/", "a.lan", "ads*.example"]
)
def test_what_is_plain(text: str) -> None:
    assert hint(check_rule("block", text, subdomains=True)) == ""
