# SPDX-License-Identifier: GPL-3.0-or-later
"""What pages cost is measured of every kind of page, by the links of those before, over a log that is there."""

from pathlib import Path

import pytest

from bench import page_times
from store.base import db
from store.config import account, session


class Answers:
    """A web UI of three pages, in place of a process."""

    def __init__(self, pages: dict[str, str]) -> None:
        self.pages, self.asked = pages, list[str]()

    def timed(self, path: str) -> tuple[float, int, str]:
        self.asked.append(path)
        return float(len(self.asked)), 200 if path in self.pages else 404, self.pages.get(path, "")


def test_one_of_each_kind_and_of_each_part_is_looked_at_so_often() -> None:
    answers = Answers({
        "/": '<a href="/devices/1">a</a> <a href="/devices/2">b</a> <a href="/gone">c</a>'
        '<link href="/static/a.css">',
        "/devices/1": '<div hx-get="/devices/1?range=7d&amp;part=hours" hx-trigger="load"></div>',
        "/devices/1?range=7d&part=hours": "<p>",
    })  # fmt: skip
    costs = {cost.path: cost for cost in page_times.measured(answers, [], looks=2)}
    assert set(costs) == set(answers.pages)
    assert answers.asked.count("/devices/1") == 3
    assert (costs["/"].first, costs["/"].best, costs["/"].middle) == (1, 2, 2.5)
    assert not {"/devices/2", "/static/a.css"} & set(answers.asked)


def test_those_alone_that_are_asked_for() -> None:
    answers = Answers({"/": '<a href="/devices">a</a>', "/devices": ""})
    assert [cost.path for cost in page_times.measured(answers, ["/"], looks=1)] == ["/"]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("/devices/1", "/devices/20", True),
        ("/devices/1", "/devices/1?range=7d", False),
        ("/companies/Google?range=7d", "/companies/Xiaomi?range=7d", True),
        ("/queries?name=a", "/queries?name=b", True),
        ("/queries?verdict=BLOCK", "/queries?verdict=PASS", False),
        ("/blocklists/packs", "/blocklists/catalogue", False),
        ("/blocklists/pack:a", "/blocklists/pack:b", True),
    ],
)
def test_kinds_of_addresses(one: str, other: str, *, alike: bool) -> None:
    assert (page_times.kind_of(one) == page_times.kind_of(other)) is alike


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.database
def test_a_real_process_over_an_empty_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "state").mkdir()
    db.open_config(tmp_path / "state")
    account.set_first_password(session.engine(tmp_path / "state"), "a good long password")
    assert page_times.main(["--state", str(tmp_path / "state"), "--looks", "1", "--only", "/", "--markdown"]) == 0
    assert "| `GET /` | " in capsys.readouterr().out
