# SPDX-License-Identifier: GPL-3.0-or-later
"""Who looks at pages has no SQLAlchemy imported, which takes 20 MiB and a quarter of a second; who changes a thing has.

Each kind of page is asked for in a process of its own, as somebody who is logged in.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from store.accounts import login_sessions
from store.base import db
from store.config import account, edit
from webui.http.state import WebUi

pytestmark = pytest.mark.process

LOOKED_AT = (
    "/", "/home/live", "/attention/count", "/matrix", "/numbers", "/devices", "/companies", "/queries", "/evidence",
    "/blocklists", "/blocklists/packs", "/blocklists/catalogue", "/blocklists/rules", "/services", "/groups", "/times",
    "/names", "/dhcp", "/bypass", "/changes", "/backup", "/pause", "/requests", "/settings", "/settings/look",
    "/settings/health", "/accounts", "/accounts/tokens", "/explain", "/search", "/setup/check", "/my", "/metrics",
    "/manifest.webmanifest", "/offline", "/health", "/api/v1/stats/summary", "/api/v1/devices", "/api/v1/blocklists",
    "/api/v1/queries", "/api/v1/rules", "/api/v1/groups", "/api/v1/records", "/api/v1/session",
)  # fmt: skip
ASKING = """
import sys
from pathlib import Path
from starlette.testclient import TestClient
from webui.app import create
state, cookie, *paths = sys.argv[1:]
with TestClient(create(Path(state), Path(state), {}), "http://127.0.0.1", client=("127.0.0.1", 1)) as client:
    client.headers["Cookie"] = cookie
    for path in paths:
        status = client.get(path, follow_redirects=False).status_code
        print(path, status, "sqlalchemy" in sys.modules)
"""


def test_no_look_imports_what_edits_need(tmp_path: Path) -> None:
    db.open_config(tmp_path)
    account.set_password(edit.engine(tmp_path), "a long first password")
    made = login_sessions.create_session(edit.engine(tmp_path), "127.0.0.1")
    cookie = f"{WebUi(tmp_path, tmp_path, {}).cookie}={made.id}"
    command = [sys.executable, "-c", ASKING, str(tmp_path), cookie, *LOOKED_AT]
    told = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True).stdout
    lines = [line.split() for line in told.splitlines()]
    assert [path for path, _, _ in lines] == list(LOOKED_AT)
    assert [line for line in lines if line[1] not in ("200", "204", "303", "503") or line[2] == "True"] == []
