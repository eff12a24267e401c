# SPDX-License-Identifier: GPL-3.0-or-later
"""Zones of everybody, names of one's own, and which of them nobody outside is asked about."""

from __future__ import annotations

import pytest

from wire.zones import is_of_a_home, is_public, is_zone


@pytest.mark.parametrize("zone", ["com", "de", "co.uk", "com.au", "lan", "home.arpa", "duckdns.org", "in-addr.arpa"])
def test_names_in_a_zone_are_none(zone: str) -> None:
    assert is_zone(zone) and not is_zone(f"mine.{zone}")


@pytest.mark.parametrize("name", ["telltale", "dns.lan", "dns.home.arpa", "a.b.internal"])
def test_of_names_of_homes_nobody_outside_is_asked(name: str) -> None:
    assert is_of_a_home(name) and not is_public(name) and not is_zone(name)


@pytest.mark.parametrize("name", ["dns.mine.example", "mylan.com", "co.xx", "box", "garden"])
def test_what_only_looks_like_them_is_public(name: str) -> None:
    assert is_public(name) and not is_of_a_home(name) and not is_zone(name)
