# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

from blocklists.packs import built_in_index, services, vendor_packs
from store.config.choices import PackLevel


def test_it_holds_what_each_pack_blocks_at_first_and_reads_no_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    index = built_in_index.build()
    packs = {pack.blocklist_id: pack for pack in vendor_packs.load()}
    of_services = {service.blocklist_id for service in services.load()}
    assert {slot.blocklist_id for slot in index.slots} == {*packs, *of_services}
    mask = index.mask((pack, PackLevel.SAFE) for pack in packs)
    blocked = [name.name for pack in packs.values() for name in vendor_packs.names_at(pack, PackLevel.SAFE)]
    assert sum(index.match(name, mask) is not None for name in blocked) > 0.95 * len(blocked)
    assert index.match("www.example.org", mask) is None
    assert not list(tmp_path.iterdir())
