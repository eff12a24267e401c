# SPDX-License-Identifier: GPL-3.0-or-later
"""A home where no password is set yet."""

from __future__ import annotations

from contextlib import closing

import pytest
from lived_in_home import Visitor

from store.base import db, secret


@pytest.fixture
def fresh(stranger: Visitor) -> Visitor:
    with closing(db.connect(stranger.home.state / "config.db")) as con:
        con.execute("DELETE FROM account")
    return stranger


@pytest.fixture
def begun(fresh: Visitor) -> Visitor:
    """Somebody who has just set the password."""
    words = {"password": "long enough", "again": "long enough", "code": secret.setup_code(fresh.home.state)}
    assert fresh.post("/setup", data=words).status_code == 303
    return fresh
