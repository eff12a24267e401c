# SPDX-License-Identifier: GPL-3.0-or-later
"""User, password and keys of a list's address: stored to fetch it, and shown by nothing that anybody reads."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import pytest

from appliance.cli import main
from store.base import db
from store.config import lists

pytestmark = pytest.mark.process  # pages ask the system for its addresses
SECRETS = ("lodger", "hunter22", "abc123key")
SOURCE = "https://lodger:hunter22@lists.example/l.txt?token=abc123key"
TOLD = "https://***@lists.example/l.txt?token=***"
PAGES = ("/", "/blocklists", "/blocklists/add", "/settings", "/explain?name=a.example", "/queries", "/devices/1")


def stored(home: Any, list_id: str) -> str:
    with closing(db.connect(home.state / "config.db", read_only=True)) as con:
        return str(con.execute("SELECT source FROM blocklist WHERE id = ?", (list_id,)).fetchone()[0])


def bare(text: str) -> None:
    assert not [secret for secret in SECRETS if secret in text]


def test_api_pages_and_command_line(visitor: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    headers = {"X-CSRF-Token": visitor.csrf}
    made = visitor.post("/api/v1/blocklists", json={"source": SOURCE}, headers=headers)
    assert made.status_code == 201 and made.json()["source"] == TOLD
    list_id = made.json()["id"]
    assert stored(visitor.home, list_id) == SOURCE
    again = visitor.post("/api/v1/blocklists", json={"source": SOURCE}, headers=headers)
    assert again.status_code == 422
    for text in (made.text, again.text, *(visitor.get(path).text for path in ("/api/v1/blocklists", *PAGES))):
        bare(text)
    assert TOLD in visitor.get("/blocklists/add").text
    for name, value in (("STATE", visitor.home.state), ("RUN", visitor.home.run)):
        monkeypatch.setenv(f"TELLTALE_{name}", str(value))
    for words in (("lists",), ("lists", "--json"), ("lists", "add", SOURCE), ("lists", "off", list_id), ("doctor",)):
        main.main(words)
        told = capsys.readouterr()
        bare(told.out + told.err)
    bare(repr(lists.blocklist(visitor.engine(), list_id)))


def test_what_is_read_and_written_back_keeps_them(visitor: Any) -> None:
    headers = {"X-CSRF-Token": visitor.csrf}
    list_id = lists.add_blocklist(visitor.engine(), SOURCE)
    where = f"/api/v1/blocklists/{list_id}"
    said = visitor.patch(where, json={"source": TOLD, "title": "Mine"}, headers=headers)
    assert said.status_code == 200 and said.json()["title"] == "Mine"
    assert stored(visitor.home, list_id) == SOURCE
    other = visitor.patch(where, json={"source": TOLD.replace("l.txt", "m.txt")}, headers=headers)
    assert other.status_code == 422 and "write the whole address" in other.json()["detail"]
    new = SOURCE.replace("hunter22", "hunter23")
    assert visitor.patch(where, json={"source": new}, headers=headers).json()["source"] == TOLD
    assert stored(visitor.home, list_id) == new


@pytest.mark.parametrize(
    "source",
    [SOURCE.replace("lists.example", "127.0.0.1"), "https://lodger:hunter22@[bad/", "ftp://lodger:hunter22@h/abc123key",
     "https://lodger:hunter22/x@h:y/"],
)  # fmt: skip
def test_refusals_do_not_repeat_them(visitor: Any, source: str, caplog: pytest.LogCaptureFixture) -> None:
    said = visitor.post("/api/v1/blocklists", json={"source": source}, headers={"X-CSRF-Token": visitor.csrf})
    page = visitor.form("/blocklists/add", source=source)
    assert (said.status_code, page.status_code) == (422, 422)
    for text in (json.dumps(said.json()["detail"]), page.text, caplog.text):
        assert "hunter22" not in text and "lodger" not in text
