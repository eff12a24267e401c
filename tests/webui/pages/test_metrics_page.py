# SPDX-License-Identifier: GPL-3.0-or-later
"""/metrics: for a token, a browser that is logged in, or an address of the setting; the log is not touched for it."""

from typing import Any

from metrics_reader import read

from store.config import account, edit
from webui.http.state import VERSION


def test_who_may_read_them(visitor: Any) -> None:
    engine = visitor.engine()
    assert visitor.get("/metrics").status_code == 200  # a browser that is logged in
    token = account.create_token(engine, "prometheus", "read")
    visitor.cookies.clear()
    refused = visitor.get("/metrics")
    assert refused.status_code == 401 and refused.headers["www-authenticate"] == "Bearer"
    assert "metrics_networks" in refused.text
    told = visitor.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert told.status_code == 200 and told.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert visitor.get("/metrics", headers={"Authorization": "Bearer tt_wrong"}).status_code == 401


def test_they_read_by_the_grammar_and_leave_the_log_alone(visitor: Any) -> None:
    for file in visitor.home.state.glob("querylog.db*"):
        file.unlink()
    told = read(visitor.get("/metrics").text)
    assert told["telltale_info"].samples == {("telltale_info", (("version", VERSION),)): 1}
    assert told["telltale_devices"].samples["telltale_devices", ()] > 0
    assert not list(visitor.home.state.glob("querylog.db*"))


def test_networks_that_need_no_token(visitor: Any) -> None:
    visitor.cookies.clear()
    edit.put_settings(visitor.engine(), {"metrics_networks": ["192.168.1.0/30"]})
    visitor.app.state.ui.forget_settings()
    assert visitor.get("/metrics").status_code == 200
    assert visitor.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 401
    edit.put_settings(visitor.engine(), {"metrics_networks": ["198.51.100.0/24", "2001:db8::/32"]})
    visitor.app.state.ui.forget_settings()
    assert visitor.get("/metrics").status_code == 401
