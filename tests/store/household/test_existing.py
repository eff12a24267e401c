# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest
from sqlalchemy import Engine

from store.config import devices, edit
from store.config.session import EditError, NotFound, reading
from store.household.existing import scope_in


def test_a_scope_is_there_or_it_is_said(engine: Engine, con: sqlite3.Connection) -> None:
    devices.sighted(con, "10.0.0.2")
    edit.add_group(engine, "Children")
    with reading(engine) as session:
        assert [scope_in(session, text) for text in ("house", "device:1", "group:1")] == [
            ("house", 0), ("device", 1), ("group", 1),
        ]  # fmt: skip
        for text, words in (("device:2", "no device 2"), ("group:2", "no group 2")):
            with pytest.raises(NotFound, match=words):
                scope_in(session, text)
        with pytest.raises(EditError, match="no scope"):
            scope_in(session, "device:one")
