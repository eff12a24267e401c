# SPDX-License-Identifier: GPL-3.0-or-later
"""Which part of a name somebody registered."""

import pytest

from blocklists.rules.public_suffixes import (
    PublicSuffixes,
    ascii_name,
    icann_rules,
    is_hoster,
    is_registry,
    private_rules,
)

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


@pytest.mark.parametrize(("name", "registry", "hoster"), [
    ("com", True, False), ("co.uk", True, False), ("ck", True, False), ("other.ck", True, False),
    ("www.ck", False, False), ("example.com", False, False), ("github.io", False, True),
    ("a.github.io", False, False), ("xn--io0a7i.cn", True, False), ("lan", False, False), ("", False, False),
])  # fmt: skip
def test_below_which_others_have_names(name: str, registry: bool, hoster: bool) -> None:
    assert (is_registry(name), is_hoster(name)) == (registry, hoster)
