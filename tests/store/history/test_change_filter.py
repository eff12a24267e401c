# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes by who made them, what they are about and of which device."""

from contextlib import closing
from pathlib import Path

import pytest

from store.base.db import connect, open_config
from store.config import edit
from store.history import acting, change_filter
from store.history.acting import Acting, Origin
from store.history.change_filter import ALL, Wanted
from store.household import groups

pytestmark = pytest.mark.database


def test_which_are_wanted(tmp_path: Path) -> None:
    open_config(tmp_path)
    e = edit.engine(tmp_path)
    with closing(connect(tmp_path / "config.db")) as con:
        con.execute("INSERT INTO device (id, name, first_seen) VALUES (3, 'TV', 1)")
        con.commit()
    with acting.as_(Acting(Origin.BROWSER, "Anna")):
        edit.add_rule(e, "block", "ads.example", scope="device:3")
        group = groups.add_group(e, "Kids")
    with acting.as_(Acting(Origin.COMMAND, "somebody else")):
        groups.set_groups(e, 3, [group])
    with closing(connect(tmp_path / "config.db")) as con:
        first, second, third = reversed(change_filter.ids(con, ALL, 2**60, 9))
        people = change_filter.people(con)
        assert [str(name) for _, name in people] == ["Anna", "somebody else"]

        def found(**wanted: object) -> list[int]:
            return change_filter.ids(con, Wanted(**wanted), 2**60, 9)  # type: ignore[arg-type]

        assert found(who=people[0][0]) == [second, first]
        assert found(kind="rules") == [first] and found(kind="groups") == [third, second]
        assert found(device=3) == [third, first] and found(device=3, kind="rules") == [first]
        assert found(q="KIDS made") == [second] and found(q="no") == []
        assert change_filter.ids(con, ALL, third, 1) == [second]
