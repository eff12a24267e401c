# SPDX-License-Identifier: GPL-3.0-or-later
"""Health for whoever asks. What it finds in which situation: tests/store/base/test_health.py."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from web_app import web_app

from store.base import status
from store.base.process_status import RecorderStatus, SupervisorStatus


@pytest.mark.web
def test_a_stranger_gets_it_and_it_tells_nothing_of_the_home(home: Any) -> None:
    status.publish(home.run, "recorder", RecorderStatus(rows=5, error="/secret/path is full"))
    status.publish(home.run, "supervisor", SupervisorStatus(state="/secret", warnings=("/secret is odd",)))
    client = TestClient(web_app(home.state, home.run, {"TELLTALE_DNS": "127.0.0.1:1"}), "http://telltale")
    client = TestClient(client.app, "http://telltale", client=("192.168.1.9", 1))
    response = client.get("/api/v1/health")
    assert response.status_code == 503
    found = response.json()
    assert (found["status"], found["dns"], found["recorder"]) == ("down", "down", "degraded")
    assert set(found) == {
        "status", "dns", "recorder", "updater", "workers", "dropped", "restarting", "problems", "version", "code",
    }  # fmt: skip
    assert found["problems"] == [
        {"id": "dns_silent", "part": "", "state": "down"},
        {"id": "recorder_error", "part": "recorder", "state": "degraded"},
        {"id": "warning", "part": "supervisor", "state": "ok"},
    ]
    assert "secret" not in response.text
    assert client.get("/health").json() == found
    assert client.head("/health").status_code == 503
