# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from store.base import db
from store.log import querylog
from webui.http import deps
from webui.http.state import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    db.open_config(tmp_path)
    return House(tmp_path, tmp_path, {})


def test_a_reader_reads_cannot_write_and_is_closed_after(house: House) -> None:
    querylog.open_log(house.state / querylog.FILE_NAME).close()
    steps = deps.reader(house)
    con = next(steps)
    assert con.execute("SELECT count(*) FROM queries").fetchone() == (0,)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        con.execute("DELETE FROM records")
    steps.close()  # type: ignore[attr-defined]
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        con.execute("SELECT 1")


def test_before_the_first_record_the_log_reads_as_empty(house: House) -> None:
    steps = deps.reader(house)
    con = next(steps)
    assert con.execute("SELECT count(*) FROM queries").fetchone() == (0,)
    steps.close()  # type: ignore[attr-defined]
    assert not (house.state / querylog.FILE_NAME).exists() and not Path(":memory:").exists()


def test_config_is_read_only_too(house: House) -> None:
    steps = deps.config(house)
    con = next(steps)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        con.execute("DELETE FROM meta")
    steps.close()  # type: ignore[attr-defined]


def test_a_route_that_is_open_has_no_caller_and_no_token(house: House) -> None:
    app = FastAPI()
    app.state.house = house

    @app.get("/")
    def route(csrf: deps.Csrf, known: deps.House, engine: deps.Engine) -> dict[str, object]:
        return {"csrf": csrf, "same": known is house, "engine": engine.dialect.name}

    assert TestClient(app).get("/").json() == {"csrf": "", "same": True, "engine": "sqlite"}
