# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest

from store.config import existing
from store.config.engine import Engine
from store.config.session import EditError, NotFound, reading
from store.devices import sightings_store

pytestmark = pytest.mark.database


def test_what_exists_is_found_and_what_does_not_is_said(engine: Engine, con: sqlite3.Connection) -> None:
    number = sightings_store.sighted(con, "10.0.0.2")
    with reading(engine) as session:
        assert str(existing.scope(session, f"device:{number}")) == f"device:{number}"
        assert str(existing.scope(session, "house")) == "house"
        for scope, words in (("device:9", "no device 9"), ("group:9", "no group 9")):
            with pytest.raises(NotFound, match=words):
                existing.scope(session, scope)
        with pytest.raises(NotFound, match="no blocklist 'x'"):
            existing.blocklist(session, "x")
        with pytest.raises(EditError, match="no scope"):
            existing.scope(session, "everybody")
