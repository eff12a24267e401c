# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of devices as the page has them: what answers says the same."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from store.base import db
from store.config import edit, settings
from store.local import record_edit
from webui.household import home_names

pytestmark = pytest.mark.database


def test_each_device_once_by_hand_or_as_the_network_tells(home: Any) -> None:
    now = settings.load(home.state, {})
    with closing(db.connect(home.state / "config.db")) as con:
        with con:
            con.execute("UPDATE device SET name = NULL, found_name = 'TV', found_from = 'lease' WHERE id = 1")
            con.execute("UPDATE device SET name = NULL, found_name = 'tv', found_from = 'mdns' WHERE id = 2")
        names = {each.device: each for each in home_names.home_names(con, now)}
        assert (names[1].name, str(names[1].source), names[1].told) == ("tv.home.arpa", "told by DHCP", "")
        assert names[2].name == "tv-2.home.arpa" and "taken already" in str(names[2].told)
        record_edit.add_record(edit.engine(home.state), "tv", "A", "192.168.1.99")
        again = {each.device: each for each in home_names.home_names(con, now)}
        assert "record of your own" in str(again[1].told)
        with con:
            con.execute("UPDATE device SET name = '🙂' WHERE id = 1")
        assert any(each.device == 1 for each in home_names.home_names(con, now))
        assert home_names.home_names(con, replace(now, home_domain="")) == []
