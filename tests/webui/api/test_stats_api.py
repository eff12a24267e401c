# SPDX-License-Identifier: GPL-3.0-or-later
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from fastapi.testclient import TestClient

from store.log.records import Verdict

# Wide enough for all that was written, and not moving between two calls.
ALL = {"from": "-25h", "to": "2100-01-01T00:00:00Z"}


def test_the_summary_counts_what_was_written(reading: TestClient, lived_in: Any) -> None:
    shown = reading.get("/stats/summary", params=ALL).json()
    assert shown["queries"] == len(lived_in.written)
    assert shown["blocked"] == lived_in.count(verdict=Verdict.BLOCK)
    assert shown["blocked"] + shown["passed"] + shown["allowed"] + shown["local"] + shown["refused"] == shown["queries"]
    assert shown["names"] == len(lived_in.most("name"))
    assert shown["to"] == "2100-01-01T00:00:00.000Z"


def test_a_device_alone(reading: TestClient, lived_in: Any) -> None:
    device = next(item for item in reading.get("/devices").json()["items"] if item["name"] == "Living room TV")
    shown = reading.get("/stats/summary", params={**ALL, "device": device["id"]}).json()
    assert shown["queries"] == lived_in.count(client="192.168.1.30") > 0


def test_the_timeline_adds_up_and_has_no_gaps(reading: TestClient, lived_in: Any) -> None:
    shown = reading.get("/stats/timeline", params={"from": "-25h", "step": "1h"}).json()
    times = [datetime.fromisoformat(item["time"]) for item in shown["items"]]
    assert shown["step_seconds"] == 3600
    assert {(after - before).total_seconds() for before, after in pairwise(times)} == {3600}
    assert sum(item["passed"] + item["blocked"] + item["other"] for item in shown["items"]) == len(lived_in.written)


@pytest.mark.parametrize(("of", "key"), [("names", "name"), ("companies", "company")])
def test_top_has_the_most_asked_first(reading: TestClient, lived_in: Any, of: str, key: str) -> None:
    shown = reading.get("/stats/top", params={**ALL, "of": of, "limit": 200}).json()["items"]
    assert {item["key"]: item["queries"] for item in shown} == lived_in.most(key)
    assert [item["queries"] for item in shown] == sorted((item["queries"] for item in shown), reverse=True)


def test_top_of_what_was_blocked(reading: TestClient, lived_in: Any) -> None:
    shown = reading.get("/stats/top", params={**ALL, "of": "lists", "verdict": "BLOCK"}).json()["items"]
    assert sum(item["queries"] for item in shown) == lived_in.count(verdict=Verdict.BLOCK)
    assert all(item["queries"] == item["blocked"] for item in shown)


def test_top_devices_have_their_names(reading: TestClient) -> None:
    labels = [item["label"] for item in reading.get("/stats/top", params={**ALL, "of": "devices"}).json()["items"]]
    assert set(labels) == {"Redmi Note 13", "Living room TV", "Anna's laptop", "Kitchen speaker", "192.168.1.60"}


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/stats/summary?from=yesterday", "from is no time"),
        ("/stats/summary?from=-1h&to=-2h", "from must be earlier than to."),
        ("/stats/summary?device=0", "device must be 1 or more."),
        ("/stats/timeline?step=1s", "step is too small"),
        ("/stats/timeline?step=fast", "step is no length of time"),
        ("/stats/top?of=colours", "of must be 'names', 'companies', 'devices' or 'lists'."),
        ("/stats/top?limit=100000", "limit must be 200 or less."),
        ("/stats/top?verdict=block", "verdict must be 'PASS'"),
    ],
)
def test_bad_parameters_are_named(reading: TestClient, path: str, says: str) -> None:
    response = reading.get(path)
    assert response.status_code == 422
    assert says in response.json()["detail"]


def test_before_the_first_query_everything_is_nothing(bare: TestClient) -> None:
    assert bare.get("/stats/summary").json()["queries"] == 0
    assert bare.get("/stats/top").json()["items"] == []
    assert len(bare.get("/stats/timeline").json()["items"]) == 96
