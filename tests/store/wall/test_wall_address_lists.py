# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest

from store.config import edit, lists
from store.config.engine import Engine
from store.config.lists import BlocklistSeed
from store.wall import wall_address_lists
from store.wall.wall_address_lists import AddressList

pytestmark = pytest.mark.database


def test_those_for_doh_that_are_on_and_those_chosen(engine: Engine, con: sqlite3.Connection) -> None:
    lists.sync_blocklists(engine, [
        BlocklistSeed("on", "catalogue", "On", "https://a.example/1", "domains", purpose="doh", on=True),
        BlocklistSeed("off", "catalogue", "Off", "https://a.example/2", "addresses", purpose="doh", on=False),
        BlocklistSeed("ads", "catalogue", "Ads", "https://a.example/3", "addresses", purpose="ads", on=True),
    ])  # fmt: skip
    mine = lists.add_blocklist(engine, "https://a.example/ip.txt", "Mine")
    assert wall_address_lists.address_lists(con, [mine, "gone"]) == [
        AddressList(mine, "Mine", None, True), AddressList("on", "On", "domains", False),
    ]  # fmt: skip
    edit.set_toggle(engine, "on", "house", False)
    assert [one.id for one in wall_address_lists.address_lists(con, [])] == []


def test_a_list_that_allows_tells_no_addresses(engine: Engine, con: sqlite3.Connection) -> None:
    mine = lists.add_blocklist(engine, "https://a.example/ip.txt", "Mine", allow=True)
    assert wall_address_lists.address_lists(con, [mine]) == []
