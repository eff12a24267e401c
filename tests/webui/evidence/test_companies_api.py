# SPDX-License-Identifier: GPL-3.0-or-later
"""GET /evidence/companies: every number is a count over the log's records."""

import time
from contextlib import closing
from typing import Any

from blocklists.whose import facts
from evidence.base import passes
from evidence.base.group_sums import GroupSum
from store.log import querylog
from store.names.purpose import Kind
from webui.evidence.companies_api import shapes_of
from webui.route_table import PREFIX

CALL = f"{PREFIX}/evidence/companies"


def test_companies_are_counts_over_the_log(visitor: Any) -> None:
    def answers() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        whole = visitor.get(CALL, params={"from": "-7d"}).json()["items"]
        return whole, visitor.get(CALL, params={"from": "-7d", "device": 1}).json()["items"]

    before, of_one = answers()
    with closing(querylog.open_log(visitor.home.state / querylog.FILE_NAME)) as con:
        rows = con.execute("SELECT name, device_id FROM queries").fetchall()
    known = facts.load()
    for items, wanted in ((before, rows), (of_one, [row for row in rows if row[1] == 1])):
        assert sum(item["queries"] for item in items) == len(wanted)
        xiaomi = [name for name, _ in wanted if known.of(name).company == "Xiaomi"]
        assert sum(item["queries"] for item in items if item["company"] == "Xiaomi") == len(xiaomi) > 0
    passes.run(visitor.home.state, time.time_ns() // 1000)  # the same from evidence.db
    assert answers() == (before, of_one)


def test_the_most_asked_come_first() -> None:
    sums = [
        GroupSum((None, Kind.UNKNOWN), 1, 1, 9, 2, 0, 9, 0, 2, 8),
        GroupSum(("Xiaomi", Kind.TRACKING), 1, 2, 5, 3, 2, 1, 2, 1, 1_234_000),
    ]  # fmt: skip
    xiaomi, unknown = shapes_of(sums)
    assert (unknown.company, unknown.kind, unknown.lookups) == (None, "unknown", 2)
    assert (xiaomi.company, xiaomi.kind, xiaomi.names, xiaomi.devices) == ("Xiaomi", "tracking", 1, 2)
    assert (xiaomi.queries, xiaomi.lookups, xiaomi.blocked, xiaomi.answered, xiaomi.failed) == (5, 3, 2, 1, 2)
    assert (xiaomi.first, xiaomi.last) == ("1970-01-01T00:00:00.000Z", "1970-01-01T00:00:01.234Z")


def test_what_people_correct_counts_here_too(visitor: Any) -> None:
    headers = {"X-CSRF-Token": visitor.csrf}
    corrected = {"company": "Acme", "kind": "use"}
    visitor.put(f"{PREFIX}/evidence/corrections/xiaomi.com", json=corrected, headers=headers).raise_for_status()
    items = visitor.get(CALL, params={"from": "-7d"}).json()["items"]
    assert [item["kind"] for item in items if item["company"] == "Acme"] == ["use"]


def test_evidence_that_cannot_be_read_is_told_as_that(visitor: Any) -> None:
    path = visitor.home.state / "evidence.db"
    for damage in (lambda: path.write_bytes(b""), lambda: path.write_bytes(b"garbage" * 999)):
        damage()
        answer = visitor.get(CALL)
        assert answer.status_code == 503 and answer.json()["detail"].startswith("The evidence cannot be read now")
    path.unlink()
    path.mkdir()
    assert visitor.get(CALL).status_code == 503
