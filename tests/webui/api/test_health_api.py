# SPDX-License-Identifier: GPL-3.0-or-later
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from store.base import status
from webui.app import create
from webui.views.health_verdict import MANY_RESTARTS, STALE_SECONDS, judge

NOW = 1_795_514_400.0
WELL: dict[str, dict[str, Any]] = {
    "worker-1": {"time": NOW - 1, "dropped": 3},
    "worker-2": {"time": NOW - 1, "dropped": 4},
    "recorder": {"time": NOW - 2, "error": None},
    "updater": {"time": NOW - 9000, "errors": {}},
    "supervisor": {"time": NOW, "children": [{"role": "worker-1", "restarts_last_minute": 1}]},
}


def test_all_is_well() -> None:
    found = judge(WELL, True, NOW)
    assert (found.status, found.dns, found.recorder, found.updater) == ("ok", "ok", "ok", "ok")
    assert (found.workers, found.dropped, found.restarting) == (2, 7, [])


def test_dns_that_does_not_answer_is_down_whatever_else() -> None:
    assert judge(WELL, False, NOW).status == "down"


@pytest.mark.parametrize(
    ("role", "values", "field", "value"),
    [
        ("recorder", {"time": NOW - STALE_SECONDS - 1, "error": None}, "recorder", "down"),
        ("recorder", {"time": NOW, "error": "disk full"}, "recorder", "degraded"),
        ("updater", {"time": NOW, "errors": {"general-large": "404"}}, "updater", "degraded"),
        (
            "supervisor",
            {"children": [{"role": "webui", "restarts_last_minute": MANY_RESTARTS}]},
            "restarting",
            ["webui"],
        ),
    ],
)
def test_one_thing_wrong_is_degraded(role: str, values: dict[str, Any], field: str, value: object) -> None:
    found = judge({**WELL, role: values}, True, NOW)
    assert found.status == "degraded"
    assert getattr(found, field) == value


def test_a_worker_that_went_silent_does_not_count() -> None:
    assert judge({**WELL, "worker-2": {"time": NOW - 100, "dropped": 4}}, True, NOW).workers == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.dictionaries(st.sampled_from(["time", "dropped", "errors", "error", "children"]), JSON)


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(["worker-1", "recorder", "updater", "supervisor", "x"]), FIELDS), st.booleans())
def test_whatever_the_status_files_hold_there_is_a_verdict(roles: dict[str, dict[str, Any]], dns: bool) -> None:
    assert judge(roles, dns, NOW).status in ("ok", "degraded", "down")


def test_a_stranger_gets_it_and_it_tells_nothing_of_the_home(home: Any) -> None:
    status.publish(home.run, "recorder", {"rows": 5, "error": "/secret/path is full"})
    client = TestClient(create(home.state, home.run, {"TELLTALE_DNS": "127.0.0.1:1"}), "http://telltale")
    client = TestClient(client.app, "http://telltale", client=("192.168.1.9", 1))
    response = client.get("/api/v1/health")
    assert response.status_code == 503
    assert response.json()["status"] == "down" and response.json()["recorder"] == "degraded"
    assert set(response.json()) == {
        "status",
        "dns",
        "recorder",
        "updater",
        "workers",
        "dropped",
        "restarting",
        "version",
    }
    assert "secret" not in response.text
    assert client.get("/health").json() == response.json()
    assert client.head("/health").status_code == 503
