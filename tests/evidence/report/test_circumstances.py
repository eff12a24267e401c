# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists in force, changes, the wall and what it caught, as a home's databases have them."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import xiaomi_phone
from phone_report import FROM_US, TO_US

from evidence.report import report_document
from evidence.report.circumstances import circumstances
from evidence.report_counts.subject import of_device
from store.base import db
from store.config import list_status
from store.wall import bypass
from store.wall.bypass import Caught

pytestmark = pytest.mark.database

AT = FROM_US // 1_000_000 + 4000


def test_what_a_home_knows(state: Path) -> None:
    xiaomi_phone.write(state, FROM_US, 1)
    with closing(db.connect(state / "config.db")) as con:
        con.execute(
            "INSERT INTO blocklist (id, kind, title, source, added_at, allow, guard, options, about, licence, purpose,"
            " size, homepage) VALUES ('x', 'added', 'Mine', 'https://x.example', 1, 0, 1, '{}', '', '', '', '', '')"
        )
        con.execute("""INSERT INTO toggle (blocklist_id, scope_kind, scope_id, "on") VALUES ('x', 'house', 0, 1)""")
        list_status.note(con, "x", lambda status: replace(status, rules=7, sha256="abc", changed_at=AT))
        changes = [(AT, "Switched x on.", "browser"), (AT, "by itself", "start"), (1, "old", "browser")]
        con.executemany("INSERT INTO change (at, who, what, origin) VALUES (?, 'somebody', ?, ?)", changes)
    with closing(bypass.open_bypass(state / bypass.FILE_NAME)) as con:
        bypass.note(con, [Caught(AT, "192.168.1.20", "doh", "1.1.1.1", 443, "tcp", True, 3, 1),
                          Caught(AT, "192.168.1.30", "doh", "1.1.1.1", 443, "tcp", True, 9, 2)])  # fmt: skip
    with closing(report_document.open_log(state)) as log:
        around = circumstances(state, {"TELLTALE_WALL": "watch"}, log, of_device(log, 1), FROM_US, TO_US)
    assert [(each["list"], each["rules"], each["sha256"]) for each in around["lists"] if each["list"] == "x"] == [
        ("x", 7, "abc")
    ]  # fmt: skip
    assert around["changes"]["count"] == 1 and around["changes"]["latest"][0]["what"] == "Switched x on."
    assert around["wall"]["mode"] == "watch"
    assert [(each["kind"], each["refused"]) for each in around["bypasses"]] == [("doh", 3)]
    assert around["gap_hours"] == 3 * 24 and len(around["gaps"]) == 1


def test_beside_a_log_alone_it_is_not_known(phone: Path) -> None:
    with closing(report_document.open_log(phone)) as log:
        around = circumstances(phone, {}, log, of_device(log, 1), FROM_US, TO_US)
    assert around["lists"] is around["changes"] is around["wall"] is around["bypasses"] is None
    assert (around["dropped"], around["gap_hours"]) == (0, 0)
