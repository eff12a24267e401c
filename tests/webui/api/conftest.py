# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that calls the API with an admin token: `admin` on a home with a day of queries, `reading` on one that all
tests of a file share, `bare` on one where nothing was asked yet."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from store import account, db, edit, lists
from webui.app import create


@dataclass(frozen=True, slots=True)
class BareHome:
    state: Path
    run: Path


@contextmanager
def calling(home: Any) -> Iterator[TestClient]:
    app = create(home.state, home.run, {})
    token = account.create_token(edit.engine(home.state), "test", "admin")
    client = TestClient(app, "http://telltale/api/v1", client=("192.168.1.2", 40000))
    client.headers["Authorization"] = f"Bearer {token}"
    with client:
        yield client


@pytest.fixture
def admin(home: Any) -> Iterator[TestClient]:
    with calling(home) as client:
        yield client


@pytest.fixture(scope="module")
def reading(lived_in: Any) -> Iterator[TestClient]:
    with calling(lived_in) as client:
        yield client


@pytest.fixture
def bare_home(tmp_path: Path) -> BareHome:
    """One pack, one list of the catalogue, and a password that nobody knows (hashing a real one takes its time)."""
    home = BareHome(tmp_path / "state", tmp_path / "run")
    home.run.mkdir()
    db.open_config(home.state)
    with closing(db.connect(home.state / "config.db")) as con:
        con.execute("INSERT INTO account (id, password_hash, changed_at) VALUES (1, 'none', 0)")
    pack = lists.BlocklistSeed("pack:xiaomi", "pack", "Xiaomi", "", on=True, level="safe")
    large = lists.BlocklistSeed("general-large", "catalogue", "General large", "https://lists.example/l.txt", "hosts")
    lists.sync_blocklists(edit.engine(home.state), [pack, large])
    return home


@pytest.fixture
def bare(bare_home: BareHome) -> Iterator[TestClient]:
    with calling(bare_home) as client:
        yield client
