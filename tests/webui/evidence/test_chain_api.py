# SPDX-License-Identifier: GPL-3.0-or-later
"""GET of the chain: its links by pages, and a plain word where it cannot be read."""

from contextlib import closing
from typing import Any

from evidence.chain import chain_file, links
from evidence.chain.day_digest import DayDigest
from evidence.chain.links import Reason
from webui.route_table import PREFIX

CALL = f"{PREFIX}/evidence/chain"


def test_links_are_given_by_pages_the_latest_first(visitor: Any) -> None:
    assert visitor.get(CALL).json() == {"items": [], "next": None}
    link = None
    with closing(chain_file.open_writer(visitor.home.state)) as con:
        for day in (20_700, 20_701, 20_702):
            link = links.link(link, DayDigest(day, day, 1, 2, b"\1" * 32, ()), Reason.CLOSED, 0, 1_790_000_000_000_000)
            chain_file.append(con, link)
    first = visitor.get(CALL, params={"limit": 2}).json()
    assert [item["day"] for item in first["items"]] == ["2026-09-06", "2026-09-05"]
    assert link is not None and first["items"][0]["head"] == link.head
    second = visitor.get(CALL, params={"limit": 2, "cursor": first["next"]}).json()
    assert [item["day"] for item in second["items"]] == ["2026-09-04"] and second["next"] is None


def test_one_that_cannot_be_read_is_told(visitor: Any) -> None:
    (visitor.home.state / chain_file.FILE_NAME).write_bytes(b"nothing" * 900)
    answer = visitor.get(CALL)
    assert answer.status_code == 503 and "it is damaged. `telltale doctor` says" in answer.json()["detail"]
