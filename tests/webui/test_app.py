# SPDX-License-Identifier: GPL-3.0-or-later
"""The app as a whole, and the process that serves it on a socket it was given."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from waiting import HANG_SECONDS

from store.accounts import login_sessions
from store.base import db
from store.config import account, edit
from webui.app import create

pytestmark = pytest.mark.web


@pytest.fixture
def state(tmp_path: Path) -> Path:
    db.open_config(tmp_path)
    account.set_password(edit.engine(tmp_path), "correct horse battery")
    return tmp_path


def test_who_comes_from_another_blocker_finds_the_way(state: Path) -> None:
    client = TestClient(create(state, state, {}), "http://telltale", client=("127.0.0.1", 1), follow_redirects=False)
    client.cookies.set("telltale_session", login_sessions.create_session(edit.engine(state), "127.0.0.1").id)
    for path in ("/admin", "/admin/"):
        assert client.get(path).headers["location"] == "/"


def test_an_address_from_outside_is_refused_and_an_allowed_network_is_not(state: Path) -> None:
    app = create(state, state, {"TELLTALE_ALLOWED_NETWORKS": "203.0.113.0/24"})
    for address, status in (("203.0.113.9", 401), ("203.0.114.9", 403), ("8.8.8.8", 403), ("192.168.1.4", 401)):
        response = TestClient(app, "http://telltale", client=(address, 1)).get(
            "/api/v1/rules", headers={"X-Forwarded-For": "192.168.1.4", "Forwarded": "for=192.168.1.4"}
        )
        assert response.status_code == status, address


def test_no_path_leads_out_of_the_static_files(state: Path) -> None:
    client = TestClient(create(state, state, {}), "http://telltale", client=("127.0.0.1", 1))
    assert client.get("/static/logo.svg").status_code == 200
    for path in ("/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static//etc/passwd"):
        assert client.get(path).status_code in (401, 404, 200) and b"import" not in client.get(path).content


def opened(port: int, path: str, token: str) -> http.client.HTTPResponse:
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {token}"})
    response: http.client.HTTPResponse = urllib.request.urlopen(asked, timeout=HANG_SECONDS)
    return response


@pytest.mark.process
def test_it_serves_on_the_socket_it_was_given_and_leaves_in_peace(state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        command = [sys.executable, "-m", "webui.lean_start", "--state", str(state), "--run", str(state)]
        child = subprocess.Popen(
            [*command, "--fd", str(listening.fileno())],
            pass_fds=[listening.fileno()],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "TELLTALE_DNS": "127.0.0.1:1"},
            stderr=subprocess.PIPE,
        )
        try:
            token = account.create_token(edit.engine(state), "test", "read")
            answer = opened(port, "/api/v1/rules", token)
            assert json.loads(answer.read()) == {"items": [], "next": None} and answer.headers["date"]
            with opened(port, "/api/v1/queries/live", token) as stream:
                assert stream.headers["content-type"].startswith("text/event-stream")
                child.send_signal(signal.SIGTERM)  # while a live view is open
                assert child.wait(HANG_SECONDS) == 0
        finally:
            child.kill()
            assert child.stderr
            said = child.stderr.read().decode()
            child.stderr.close()
            child.wait()
    assert "Traceback" not in said and "GET /" not in said
