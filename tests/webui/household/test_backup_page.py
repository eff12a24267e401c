# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of backups, as forms without scripts send it; in a browser: test_browser_backup.py."""

import re
from contextlib import closing
from typing import Any

import pytest

from store.accounts import login_sessions
from store.backup import backup_form
from store.base import db
from store.config import edit
from store.household import changes, groups
from webui.http import kept_backups

HOSTILE = '"><script>alert(1)</script>\u202e.json'


@pytest.fixture
def first(newcomer: Any) -> bytes:
    groups.add_group(newcomer.engine(), "Kids")
    edit.add_rule(newcomer.engine(), "block", "games.example")
    content: bytes = newcomer.get("/backup/download").content
    return content


def _now(visitor: Any) -> str:
    with closing(db.connect(visitor.home.state / "config.db")) as con:
        return backup_form.dump(con)


def _look(visitor: Any, content: bytes, name: str = "home.json", csrf: str | None = None) -> Any:
    fields = {"csrf": visitor.csrf if csrf is None else csrf}
    return visitor.post("/backup/preview", data=fields, files={"file": (name, content)})


def _key(page: str) -> str:
    shown = re.search(r'name="key" value="([0-9a-f]{64})"', page)
    assert shown
    return shown[1]


def _ticked(page: str) -> list[str]:
    return re.findall(r'name="part" value="(\w+)" checked', page)


def test_the_page_says_what_the_file_holds_and_gives_it(newcomer: Any) -> None:
    page = newcomer.get("/backup").text
    assert "It holds secrets:" in page and "/backup/download" in page and 'id="preview"' not in page
    assert 'href="/backup" aria-current="page"' in page
    answer = newcomer.get("/backup/download")
    assert answer.text == _now(newcomer) and "attachment" in answer.headers["content-disposition"]


def test_a_file_is_looked_at_then_restored_then_undone(newcomer: Any, first: bytes) -> None:
    groups.change_group(newcomer.engine(), 1, {"name": "Guests"})
    before = _now(newcomer)
    looked = _look(newcomer, first)
    assert looked.status_code == 200 and "1 row changes" in looked.text and "1 row would become another" in looked.text
    assert _now(newcomer) == before
    parts = _ticked(looked.text)
    assert parts == [part for part in backup_form.PARTS if part != "access"]
    sent = newcomer.form("/backup/restore", key=_key(looked.text), part=parts)
    assert sent.headers["location"] == "/backup?altered=1"
    assert _now(newcomer).encode() == first
    after = newcomer.get("/backup?altered=1").text
    assert "Restored: 1 row is another now." in after and "A backup is restored." in after
    assert "Undo this change" in after
    newcomer.form("/changes/undo", id=str(changes.changes(newcomer.engine())[0].id), back="/backup")
    assert _now(newcomer) == before


def test_a_part_that_needs_another_is_told_beside_the_same_file(newcomer: Any, first: bytes) -> None:
    engine = newcomer.engine()
    edit.add_rule(engine, "block", "more.example", scope="group:1")
    scoped = newcomer.get("/backup/download").content
    groups.change_group(engine, 1, {"name": "Guests"})
    edit.remove_rule(engine, 2)
    key = _key(_look(newcomer, scoped).text)
    refused = newcomer.form("/backup/restore", key=key, part="rules")
    assert refused.status_code == 422 and "means a group 1 that is not the same here" in refused.text
    assert _key(refused.text) == key and _ticked(refused.text) == ["rules"]
    none = newcomer.form("/backup/restore", key=key)
    assert none.status_code == 422 and "Tick what is to be restored." in none.text
    assert newcomer.form("/backup/restore", key=key, part="nonsense").status_code == 422
    assert newcomer.form("/backup/restore", key=key, part=["rules", "groups"]).status_code == 303


def test_what_nothing_would_change_says_so(newcomer: Any, first: bytes) -> None:
    looked = _look(newcomer, first)
    assert "Everything is as in this file already." in looked.text
    sent = newcomer.form("/backup/restore", key=_key(looked.text), part=_ticked(looked.text))
    assert "nothing was changed" in newcomer.get(sent.headers["location"]).text


def test_taking_the_password_ends_every_log_in(newcomer: Any, first: bytes) -> None:
    looked = _look(newcomer, first)
    newcomer.form("/backup/restore", key=_key(looked.text), part="access")
    assert newcomer.get("/backup").headers["location"].startswith("/login")
    assert login_sessions.session_addresses(newcomer.engine()) == set()


def test_two_tabs_restore_what_each_has_shown_and_each_once(newcomer: Any, first: bytes) -> None:
    groups.add_group(newcomer.engine(), "Guests")
    second = newcomer.get("/backup/download").content
    one, other = _look(newcomer, first).text, _look(newcomer, second).text
    newcomer.form("/backup/restore", key=_key(one), part=_ticked(one))
    assert len(groups.groups(newcomer.engine())) == 1
    newcomer.form("/backup/restore", key=_key(other), part=_ticked(other))
    assert len(groups.groups(newcomer.engine())) == 2
    again = newcomer.form("/backup/restore", key=_key(one), part=_ticked(one))
    assert again.status_code == 409 and "choose it again" in again.text


@pytest.mark.parametrize(("content", "words"), [(b"", "no backup"), (b"PK\3\4", "an archive"), (b"{", "no backup")])
def test_what_is_no_backup_is_refused_and_named_as_text(newcomer: Any, content: bytes, words: str) -> None:
    refused = _look(newcomer, content, HOSTILE)
    assert refused.status_code == 422 and words in refused.text
    assert "<script>alert" not in refused.text and "\u202e" not in refused.text
    assert newcomer.post("/backup/preview", data={"csrf": newcomer.csrf}).status_code == 422


def test_a_hostile_name_of_a_file_is_text_beside_what_it_holds(newcomer: Any, first: bytes) -> None:
    looked = _look(newcomer, first, HOSTILE + "x" * 1_000)
    assert looked.status_code == 200 and "<script>alert" not in looked.text and "x" * 300 not in looked.text


def test_without_the_pages_own_token_nothing_is_taken(newcomer: Any, first: bytes) -> None:
    assert _look(newcomer, first, csrf="").status_code == 403
    assert _look(newcomer, first, csrf="wrong").status_code == 403
    key = _key(_look(newcomer, first).text)
    assert newcomer.post("/backup/restore", data={"key": key, "part": "groups"}).status_code == 403


def test_strangers_see_the_log_in(stranger: Any) -> None:
    assert stranger.get("/backup").headers["location"] == "/login?next=%2Fbackup"
    assert stranger.get("/backup/download").headers["location"].startswith("/login")
    assert stranger.post("/backup/preview", files={"file": b"{}"}).headers["location"] == "/login"


def test_a_file_waits_some_minutes_and_few_do(newcomer: Any, first: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    key = _key(_look(newcomer, first).text)
    now = kept_backups.time.monotonic()
    monkeypatch.setattr(kept_backups.time, "monotonic", lambda: now + kept_backups.KEPT_SECONDS + 1)
    assert newcomer.form("/backup/restore", key=key, part="groups").status_code == 409
