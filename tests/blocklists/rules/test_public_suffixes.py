# SPDX-License-Identifier: GPL-3.0-or-later
"""Which part of a name somebody registered."""

import pytest

from blocklists.rules.public_suffixes import PublicSuffixes, ascii_name, icann_rules, private_rules

SUFFIXES = PublicSuffixes()


@pytest.mark.parametrize(
    ("name", "registered"),
    [
        ("example.com", "example.com"),
        ("a.b.example.com", "example.com"),
        ("a.example.co.uk", "example.co.uk"),
        ("co.uk", "co.uk"),
        ("com", "com"),
        ("", ""),
        ("nas.fritz.unknown", "fritz.unknown"),
        ("a.someone.github.io", "someone.github.io"),
        ("a.b.c.ck", "b.c.ck"),
        ("a.www.ck", "www.ck"),
        ("x.y.city.kawasaki.jp", "city.kawasaki.jp"),
        ("x.y.other.kawasaki.jp", "y.other.kawasaki.jp"),
    ],
)
def test_registrable(name: str, registered: str) -> None:
    assert SUFFIXES.registrable(name) == registered


def test_both_parts_of_the_list_are_read() -> None:
    assert {"com", "co.uk", "*.ck", "!www.ck"} <= set(icann_rules())
    assert "github.io" in set(private_rules()) - set(icann_rules())


def test_names_are_written_as_the_wire_has_them() -> None:
    assert ascii_name("网络.cn") == "xn--io0a7i.cn"
