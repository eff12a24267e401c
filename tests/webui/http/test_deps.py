# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from store.base import db
from store.config import edit
from store.log import querylog
from store.log.protocol import LogError
from store.log.values import QueryFilter
from webui.http import deps
from webui.http.state import WebUi

pytestmark = pytest.mark.database


@pytest.fixture
def ui(tmp_path: Path) -> WebUi:
    db.open_config(tmp_path)
    return WebUi(tmp_path, tmp_path, {})


def test_a_reader_reads_and_is_closed_after(ui: WebUi) -> None:
    querylog.open_log(ui.state / querylog.FILE_NAME).close()
    steps = deps.reader(ui)
    log = next(steps)
    assert log.queries(QueryFilter()).items == []
    steps.close()  # type: ignore[attr-defined]
    with pytest.raises(LogError, match="closed"):
        log.queries(QueryFilter())


def test_before_the_first_record_the_log_reads_as_empty(ui: WebUi) -> None:
    steps = deps.reader(ui)
    assert next(steps).queries(QueryFilter()).items == []
    steps.close()  # type: ignore[attr-defined]
    assert not (ui.state / querylog.FILE_NAME).exists() and not Path(":memory:").exists()


def test_config_is_read_only_too(ui: WebUi) -> None:
    steps = deps.config(ui)
    con = next(steps)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        con.execute("DELETE FROM meta")
    steps.close()  # type: ignore[attr-defined]


@pytest.mark.web
def test_a_route_that_is_open_has_no_caller_and_no_token(ui: WebUi) -> None:
    app = FastAPI()
    app.state.ui = ui

    @app.get("/")
    def route(csrf: deps.Csrf, known: deps.WebUi, engine: deps.Engine) -> dict[str, object]:
        return {"csrf": csrf, "same": known is ui, "engine": engine is edit.engine(ui.state)}

    assert TestClient(app).get("/").json() == {"csrf": "", "same": True, "engine": True}
