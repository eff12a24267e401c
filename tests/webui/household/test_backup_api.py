# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup over the API: taken by admins alone, tried before it is restored, refused in plain words, undone."""

import gzip
import json
import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from fastapi.testclient import TestClient
from web_app import web_app_of

from store.backup import backup_form
from store.base import db
from store.config import account, edit
from store.household import groups
from webui.http import large_bodies


@pytest.fixture
def bare(bare_home: Any) -> Iterator[TestClient]:
    """A program that calls the API with an admin's token."""
    token = account.create_token(edit.engine(bare_home.state), "test", "admin")
    with web_app_of(bare_home.state, bare_home.run) as app:
        client = TestClient(app, "http://telltale/api/v1", client=("192.168.1.2", 40000))
        client.headers["Authorization"] = f"Bearer {token}"
        with client:
            yield client


@pytest.fixture
def first(bare: TestClient) -> bytes:
    """A home with a group and a rule of its own, as a file."""
    bare.post("/groups", json={"name": "Kids"})
    bare.post("/rules", json={"kind": "block", "name": "games.example"})
    return bare.get("/backup").content


def _now(home: Any) -> Any:
    """All that is decided, but for tokens: those tell when they were last used."""
    with closing(db.connect(home.state / "config.db")) as con:
        return _decided(backup_form.dump(con))


def _decided(text: str) -> Any:
    return {table: rows for table, rows in json.loads(text)["tables"].items() if table != "token"}


def test_the_file_is_what_the_command_writes_and_is_named_by_the_day(bare: TestClient, bare_home: Any) -> None:
    answer = bare.get("/backup")
    assert _decided(answer.text) == _now(bare_home) and answer.text.startswith('{\n "telltale": "backup"')
    named = r'attachment; filename="telltale-backup-\d{4}-\d\d-\d\d\.json"'
    assert re.fullmatch(named, answer.headers["content-disposition"])
    assert answer.headers["cache-control"] == "no-store" and answer.headers["content-type"] == "application/json"


def test_what_it_holds_is_said_where_the_call_is_described(bare: TestClient) -> None:
    call = bare.get("http://telltale/api/openapi.json").json()["paths"]["/api/v1/backup"]["get"]
    assert "holds secrets" in call["description"] and "hash of the password" in call["description"]


@pytest.mark.parametrize("scope", ["read", "pause"])
def test_only_admins_take_one_or_restore_one(bare: TestClient, bare_home: Any, scope: str, first: bytes) -> None:
    token = account.create_token(edit.engine(bare_home.state), scope, scope)
    as_it = {"Authorization": f"Bearer {token}"}
    before = _now(bare_home)
    for path in ("/backup", "http://telltale/backup/download", "/backup?x=1"):
        assert bare.get(path, headers=as_it).status_code == 403, path
    assert bare.post("/restore", content=first, headers=as_it).status_code == 403
    assert bare.post("/restore?dry_run=true", content=first, headers=as_it).status_code == 403
    del bare.headers["Authorization"]
    assert bare.get("/backup").status_code == 401
    assert bare.post("/restore", content=first).status_code == 401
    assert _now(bare_home) == before


def test_a_dry_run_counts_by_part_and_changes_nothing(bare: TestClient, bare_home: Any, first: bytes) -> None:
    bare.patch("/groups/1", json={"name": "Guests"})
    bare.delete("/rules/1")
    bare.post("/rules", json={"kind": "allow", "name": "school.example"})
    bare.post("/rules", json={"kind": "allow", "name": "museum.example"})
    before, changes = _now(bare_home), bare.get("/changes").json()
    tried = bare.post("/restore", params={"dry_run": "true"}, content=first).json()
    counts = {part["part"]: (part["rows"], part["added"], part["changed"], part["removed"]) for part in tried["parts"]}
    assert counts["groups"] == (1, 0, 1, 0)
    assert counts["rules"] == (1, 1, 0, 2)
    assert tried["altered"] == 4 and tried["dry_run"] and tried["change"] is None and not tried["access"]
    assert tried["newest"] and set(counts) == set(backup_form.PARTS)
    assert _now(bare_home) == before and bare.get("/changes").json() == changes
    done = bare.post("/restore", content=first).json()
    assert done["parts"] == tried["parts"] and not done["dry_run"]


def test_a_restore_is_one_change_which_is_undone_and_done_again(
    bare: TestClient, bare_home: Any, first: bytes
) -> None:  # fmt: skip
    kept = _now(bare_home)
    bare.post("/groups", json={"name": "Guests"})
    before = _now(bare_home)
    answer = bare.post("/restore", content=first)
    change = answer.json()["change"]
    assert answer.headers["telltale-change"] == str(change) and _now(bare_home) == kept
    assert bare.post("/restore", content=first).json() | {"parts": []} == answer.json() | {
        "parts": [], "altered": 0, "change": None
    }  # fmt: skip
    undone = bare.post(f"/changes/{change}/undo")
    assert undone.status_code == 201 and _now(bare_home) == before
    assert bare.post("/restore", content=first).json()["altered"] == 1 and _now(bare_home) == kept


def test_parts_by_themselves(bare: TestClient, bare_home: Any, first: bytes) -> None:
    bare.delete("/rules/1")
    bare.patch("/groups/1", json={"name": "Guests"})
    done = bare.post("/restore", params={"only": ["rules"]}, content=first).json()
    assert [part["part"] for part in done["parts"]] == ["rules"] and done["altered"] == 1
    assert groups.groups(edit.engine(bare_home.state))[0].name == "Guests"
    refused = bare.post("/restore", params={"only": "rulez"}, content=first)
    assert refused.status_code == 422 and "has no part 'rulez'" in refused.json()["detail"]


def test_tokens_come_when_they_are_asked_for(bare: TestClient, bare_home: Any, first: bytes) -> None:
    engine = edit.engine(bare_home.state)
    later = account.create_token(engine, "later", "read")
    assert not bare.post("/restore", content=first).json()["access"] and account.find_token(engine, later)
    tried = bare.post("/restore", params={"only": "access", "dry_run": "true"}, content=first).json()
    assert tried["access"] and account.find_token(engine, later)
    assert bare.post("/restore", params={"only": "access"}, content=first).json()["access"]
    assert account.find_token(engine, later) is None


NEWER = b'{\n "telltale": "backup", "form": 1, "schema": 999, "tables": {}}'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no backup of Telltale"),
        (b"[]", "no backup of Telltale"),
        (b'{"telltale": 1}', "no backup of Telltale"),
        (b"\xff\xfe\x00", "no backup of Telltale"),
        (b"PK\x03\x04", "an archive"),
        (gzip.compress(b"x" * 1_000_000, mtime=0), "an archive"),
        (NEWER, "of a newer Telltale"),
        (NEWER.replace(b"999", b'"x"'), "does not say of which version"),
        (b"[" * 1_000_001, "more rows than any home has"),
        (b"," * 3_000_001, "more rows than any home has"),
        (b"[" * 200_000, "no backup of Telltale"),
        (b'{"telltale": "backup", "form": 1, "schema": 10, "tables": {"rule": [{"id": true}]}}', "cannot be"),
        (b'{"telltale": "backup", "form": 1, "schema": 10, "tables": {"sqlite_master": []}}', "does not know"),
    ],
)
def test_what_is_no_backup_is_refused_in_plain_words(bare: TestClient, bare_home: Any, body: bytes, words: str) -> None:
    before = _now(bare_home)
    refused = bare.post("/restore", content=body)
    assert refused.status_code == 422 and words in refused.json()["detail"]
    assert refused.headers["content-type"] == "application/problem+json" and _now(bare_home) == before


def test_every_cut_is_refused(bare: TestClient, bare_home: Any, first: bytes) -> None:
    before = _now(bare_home)
    for at in range(0, len(first) - 1, len(first) // 15):
        assert bare.post("/restore", content=first[:at]).status_code == 422, at
    assert _now(bare_home) == before


def test_a_form_and_a_packed_body_are_told_how(bare: TestClient, first: bytes) -> None:
    packed = bare.post("/restore", content=gzip.compress(first), headers={"Content-Encoding": "gzip"})
    assert packed.status_code == 415 and "not compressed" in packed.json()["detail"]
    form = bare.post("/restore", files={"file": first})
    assert form.status_code == 415 and "--data-binary" in form.json()["detail"]
    usual = {"Content-Type": "application/x-www-form-urlencoded"}  # what curl --data-binary says
    assert bare.post("/restore", content=first, headers=usual).status_code == 200


def test_this_body_may_be_large_and_no_other(bare: TestClient, first: bytes) -> None:
    given = json.loads(first)
    given["tables"]["rule"] = [
        {**given["tables"]["rule"][0], "id": number, "name": f"n{number}.example"} for number in range(1, 2_001)
    ]
    large = json.dumps(given).encode()
    assert len(large) > large_bodies.MAX_BODY_BYTES
    assert bare.post("/restore?dry_run=true", content=large).json()["altered"] == 2_000
    assert bare.post("/rules", content=large).status_code == 413
    assert bare.post("/restore/", content=large).status_code == 413
    assert bare.put("/restore", content=large).status_code == 413
    too_large = bare.post("/restore", headers={"Content-Length": str(10**8)}, content=b"")
    assert too_large.status_code == 413 and "too large" in too_large.json()["detail"]


def test_one_at_a_time(bare: TestClient, first: bytes) -> None:
    ui = bare.app.state.ui  # type: ignore[attr-defined]
    with large_bodies.taking(ui):
        busy = bare.post("/restore", content=first)
    assert busy.status_code == 409 and busy.headers["retry-after"] == "5" and "wait" in busy.json()["detail"]
    assert bare.post("/restore", content=first).status_code == 200
    assert bare.post("/restore", content=b"x").status_code == 422
    assert bare.post("/restore", content=first).status_code == 200  # a refused one holds the place no longer


def test_nothing_is_restored_before_a_password_is_set(bare_home: Any, first: bytes) -> None:
    with closing(db.connect(bare_home.state / "config.db")) as con:
        con.execute("DELETE FROM account")
    with web_app_of(bare_home.state, bare_home.run) as app:
        stranger = TestClient(app, "http://telltale/api/v1", client=("192.168.1.9", 40000))
        assert stranger.post("/restore", content=first).status_code == 403
        assert stranger.get("/backup").status_code == 403


@pytest.fixture(autouse=True)
def _free(bare: TestClient) -> Iterator[None]:
    yield
    assert not bare.app.state.ui.taking_backup.locked()  # type: ignore[attr-defined]
