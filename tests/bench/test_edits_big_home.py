# SPDX-License-Identifier: GPL-3.0-or-later
"""The big home is one that policies are built of, whatever its size, and its clients are addresses of this machine."""

from contextlib import closing
from ipaddress import ip_address
from pathlib import Path

import pytest

from bench.edits import big_home
from store.base import db
from store.config import devices, edit, lists
from store.household import policy


@pytest.mark.database
def test_a_home_of_forty_devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db.open_config(tmp_path)
    for name, count in (("PAUSED", 4), ("HOUSE_RULES", 20)):
        monkeypatch.setattr(big_home, name, count)
    kinds = [("pack", number) for number in range(8)] + [("service", number) for number in range(4)]
    seeds = [lists.BlocklistSeed(f"{kind}:{number}", kind, "Title", f"{kind}{number}") for kind, number in kinds]
    lists.sync_blocklists(edit.engine(tmp_path), seeds)
    with closing(db.connect(tmp_path / "config.db")) as con:
        big_home.fill(con, devices=40, groups=10)
        policies = policy.load(con)
        rows = devices.devices(con)
    assert len(rows) == 40 and all(len(row.clients) == 2 and row.macs and row.groups for row in rows)
    assert len({id(policies.of(big_home.address(number))) for number in range(80)}) > 10
    assert {policies.device_of(big_home.address(number)) for number in range(80)} == set(range(1, 41))
    assert any(policies.of(big_home.address(number)).relief.names for number in range(80))


def test_every_address_is_this_machine_s_own() -> None:
    addresses = {big_home.address(number) for number in range(20_000)}
    assert len(addresses) == 20_000
    assert all(ip_address(address).is_loopback for address in addresses)
