# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own name is no zone of others (pi-hole#3990): refused where it is typed, and warned of where it may be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from resolver.answer import local_names
from store.config import settings
from store.config.endpoints import check_own_name, own_name_warning
from store.config.settings import SettingError
from wire import zones
from wire.zones import is_of_a_home, is_public, is_zone

ZONES = ["com", "de", "co.uk", "com.au", "lan", "local", "home.arpa", "duckdns.org", "github.io", "app", "eu"]
OWN = ["telltale", "pihole", "dns.lan", "telltale.home.arpa", "box.local", "nas", "pi", "my.duckdns.org", "example.com",
       "dns.mine.co.uk", "co.example"]  # fmt: skip


@pytest.mark.parametrize("name", ZONES)
def test_a_zone_that_others_have_names_in_is_refused_where_it_is_typed(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="others have names in"):
        check_own_name(name.upper() + ".")
    with pytest.raises(SettingError, match=f"{name} is a zone"):
        settings.validate("own_name", name)
    with pytest.raises(SettingError, match=f"{name} is a zone"):
        settings.load(tmp_path, {"TELLTALE_OWN_NAME": name})


@pytest.mark.parametrize("name", OWN)
def test_any_name_of_ones_own_is_taken(name: str) -> None:
    assert settings.validate("own_name", name) == name and not is_zone(name)


@pytest.mark.parametrize("name", OWN)
def test_a_name_in_the_public_dns_is_warned_of(name: str) -> None:
    public = name in ("my.duckdns.org", "example.com", "dns.mine.co.uk", "co.example")
    assert is_public(name) is public and (own_name_warning(name) is not None) is public
    assert not public or (not is_of_a_home(name) and name in str(own_name_warning(name)))


def test_what_the_resolver_keeps_in_the_home_is_no_own_name() -> None:
    assert all(is_zone(name) for name in local_names.SPECIAL)
    assert set(local_names.OWN_ZONES) <= zones.HOME_ZONES
    assert settings.SETTINGS["own_name"].default == zones.USUAL
