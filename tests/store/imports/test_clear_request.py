# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever has records deleted stands in the history, which cannot take it back; nonsense is refused before that."""

from contextlib import closing
from pathlib import Path

import pytest
from imported import NOW_US

from store.base import db
from store.config.session import EditError, NotFound, engine
from store.devices import sightings_store
from store.household import changes
from store.imports import clear_request, log_tasks
from store.imports.clearing import Clear

pytestmark = pytest.mark.database


def test_it_is_noted_as_what_cannot_be_undone(state: Path) -> None:
    with closing(db.connect(state / "config.db")) as con:
        phone = sightings_store.sighted(con, "192.168.1.2", "00:11:22:33:44:55")
    wanted = [Clear(), Clear(device=phone), Clear(NOW_US - 9, phone), Clear(NOW_US - 9), Clear(source="pihole")]
    keys = [clear_request.request(engine(state), state, clear, NOW_US) for clear in wanted]
    assert all(log_tasks.waits(state, key) for key in keys)
    noted = changes.changes(engine(state))
    assert len(noted) == len(wanted)
    assert all(view.final for view in noted)
    assert "192.168.1.2" in noted[-2].what


def test_what_makes_no_sense_is_refused(state: Path) -> None:
    with pytest.raises(NotFound):
        clear_request.request(engine(state), state, Clear(device=99), NOW_US)
    with pytest.raises(EditError, match="no source"):
        clear_request.request(engine(state), state, Clear(source="x"), NOW_US)
    assert changes.changes(engine(state)) == []
    assert not (state / log_tasks.FOLDER).exists()
