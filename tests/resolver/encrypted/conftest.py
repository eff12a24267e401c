# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that ends encrypted connections, with a worker behind it, for all tests of a file."""

from collections.abc import Iterator

import pytest
from encrypted_house import EncryptedHouse
from scripted_upstream import ScriptedUpstream

from store.base import db


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EncryptedHouse]:
    base = tmp_path_factory.mktemp("encrypted")
    for name in ("state", "run"):
        (base / name).mkdir()
    db.open_config(base / "state")
    with ScriptedUpstream() as upstream:
        house = EncryptedHouse(base / "state", base / "run", upstream.spec)
        house.upstream = upstream
        yield house
        house.stop()
