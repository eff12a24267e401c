# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages' process leaves out what it never calls of its libraries, and whoever calls it after all has it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from store.accounts import login_sessions
from store.base import db
from store.config import account, edit
from webui.http.state import WebUi

pytestmark = pytest.mark.process

HERE = Path(__file__).parents[2]
LEFT_OUT = ("click", "uvicorn.main", "uvicorn.supervisors", "multiprocessing", "logging.config", "configparser")
ASKING = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
lean, state, cookie, token, names = sys.argv[1:]
if lean:
    from webui import lean_start
    lean_start.import_lean()
from starlette.testclient import TestClient
from fastapi.openapi.utils import get_openapi
from webui.app import create
from webui.http.lazy_routes import every
app = create(Path(state), Path(state), {})
imported = [name for name in names.split() if name in sys.modules]
every(app)
sys.setswitchinterval(0.00001)
with ThreadPoolExecutor(4) as pool:  # who asks at the same moment has models built at the same moment
    each = pool.map(lambda title: get_openapi(title=title, version="", routes=app.routes), ("Telltale",) * 4)
    described = [json.dumps(description) for description in each]
sys.setswitchinterval(0.005)
with TestClient(app, "http://127.0.0.1", client=("127.0.0.1", 1)) as client:
    client.headers["Cookie"] = cookie
    asked = [client.get(path).status_code for path in ("/", "/devices", "/api/v1/rules", "/api/docs")]
    rule = {"name": "tracker.example", "kind": "block"}
    made = client.post("/api/v1/rules", json=rule, headers={"X-CSRF-Token": token})
    wrong = client.post("/api/v1/rules", json={"name": 1}, headers={"X-CSRF-Token": token})
import configparser, logging.config
whole = bool(configparser.RawConfigParser() is not None and logging.config.dictConfig)
states = [made.status_code, wrong.status_code]
told = json.dumps([imported, asked, states, wrong.json(), app.openapi(), whole, len(set(described))])
print(told.replace(cookie.partition("=")[0], "the cookie"))
"""


def answers(tmp_path: Path, lean: bool) -> list[Any]:
    state = tmp_path / ("lean" if lean else "whole")
    state.mkdir()
    db.open_config(state)
    account.set_password(edit.engine(state), "a long first password")
    made = login_sessions.create_session(edit.engine(state), "127.0.0.1")
    cookie = f"{WebUi(state, state, {}).cookie}={made.id}"
    given = ("lean" if lean else "", str(state), cookie, made.csrf, " ".join(LEFT_OUT))
    run = subprocess.run([sys.executable, "-c", ASKING, *given], cwd=HERE, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    told: list[Any] = json.loads(run.stdout.splitlines()[-1])
    return told


def test_what_is_left_out_is_missed_by_nobody(tmp_path: Path) -> None:
    lean, whole = answers(tmp_path, True), answers(tmp_path, False)
    assert lean[0] == []
    assert "click" in whole[0]  # else this test proves nothing
    assert lean[1:] == whole[1:]
    assert lean[1] == [200, 200, 200, 200]
    assert (lean[2], lean[5], lean[6]) == ([201, 422], True, 1)


def test_a_uvicorn_that_needs_more_is_imported_whole() -> None:
    script = (
        "import sys; from webui import lean_start; lean_start.UNUSED = {'uvicorn._types': ()}\n"
        "lean_start.import_lean()\n"
        "import uvicorn; print(uvicorn.Config.__name__, uvicorn.Server.__name__, 'uvicorn.main' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", script], cwd=HERE, capture_output=True, text=True, check=True).stdout
    assert told.split() == ["Config", "Server", "True"]
