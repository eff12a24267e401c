# SPDX-License-Identifier: GPL-3.0-or-later
"""Real processes over a state directory of which nothing is as it was: DNS filters, health tells, no child loops."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from damage import DAMAGES
from running_appliance import StartAppliance, Telltale
from waiting import until

pytestmark = pytest.mark.process

BLOCKED = "data.mistat.xiaomi.com"
HURT = {
    "config.db": "a pipe", "config.db.bak": "torn", "index/current.idx": "a read error", "querylog.db": "a folder",
    "querylog.waiting": "a pipe", "secret": "a link in a circle",
}  # fmt: skip


def test_dns_filters_whatever_lies_in_the_place_of_every_file(
    state: Path, appliance: StartAppliance, telltale: Telltale
) -> None:
    shutil.copy(state / "index" / "current.idx", state / "index" / "previous.idx")
    for name, damage in HURT.items():
        (state / name).touch()
        DAMAGES[damage](state / name)
    one = appliance(state)
    until(lambda: one.blocks(BLOCKED))
    until(lambda: "begun anew" in one.said() and one.serves_pages() and one.is_up("recorder"))
    until(lambda: any("query log cannot be used" in text for text in one.fallbacks()))
    assert "query log cannot be used" in telltale("health", "--state", str(state), TELLTALE_RUN=str(one.run)).stdout
    assert all(child["restarts_last_minute"] == 0 for child in one.children().values())
    for name in ("config.db", "config.db.bak", "querylog.db", "querylog.waiting", "secret"):
        until(lambda name=name: list(state.glob(f"{name}.corrupt-*")))  # the secret by what follows the start
    assert one.stop() == 0
    with closing(sqlite3.connect(state / "querylog.db")) as con:
        assert con.execute("SELECT count(*) FROM queries WHERE name = ?", (BLOCKED,)).fetchone()[0] > 0
