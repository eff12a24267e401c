# SPDX-License-Identifier: GPL-3.0-or-later
import gzip
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from waiting import HANG_SECONDS

from blocklists.history import rule_dates
from blocklists.index import list_files
from blocklists.rules.rule import Kind
from blocklists.update.fetch import Limits
from blocklists.update.refresh import Outcome, refresh
from store.base.db import connect, migrate
from store.base.sentences import unpacked
from store.config import list_status

pytestmark = pytest.mark.database

LIMITS = Limits(connect=HANG_SECONDS, read=HANG_SECONDS, total=HANG_SECONDS, size=1 << 20)
GOOD = b"ads.example\ntwo.example\n"


@pytest.fixture
def con(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    migrate(tmp_path / "config.db")
    connection = connect(tmp_path / "config.db")
    yield connection
    connection.close()


def add(con: sqlite3.Connection, source: str, format: str | None = None) -> None:  # noqa: A002
    con.execute("DELETE FROM blocklist")
    con.execute(
        """INSERT INTO blocklist
               (id, kind, title, source, format, allow, about, licence, purpose, size, homepage, added_at)
           VALUES ('added:x', 'added', 'X', ?, ?, 0, '', '', '', '', '', 0)""",
        (source, format),
    )


def point(con: sqlite3.Connection, source: str) -> None:
    con.execute("UPDATE blocklist SET source = ?", (source,))


def again(con: sqlite3.Connection, state: Path) -> Outcome:
    return refresh(con, state, list_status.installed(con)[0], limits=LIMITS)


def status(con: sqlite3.Connection) -> dict[str, Any]:
    con.row_factory = sqlite3.Row
    row = dict(con.execute("SELECT * FROM blocklist_status").fetchone())
    con.row_factory = None
    return row


def test_a_list_is_fetched_and_its_facts_are_noted(con: sqlite3.Connection, tmp_path: Path, serve: Any) -> None:
    add(con, serve.sending(gzip.compress(b"0.0.0.0 ads.example\n127.0.0.1 localhost\n"), etag='"1"'))
    assert again(con, tmp_path) == Outcome(True)
    assert list_files.text_path(tmp_path, "added:x").read_bytes() == b"0.0.0.0 ads.example\n127.0.0.1 localhost\n"
    row = status(con)
    assert (row["lines"], row["rules"], row["block_names"], row["allow_names"]) == (2, 1, 1, 0)
    assert row["skipped"] == '{"machine-local name": 1}'
    assert row["etag"] == '"1"' and row["error"] is None and row["fetched_at"] == row["changed_at"] > 0


@pytest.mark.parametrize(
    ("body", "headers", "words"),
    [
        (b"<!DOCTYPE html><form>Log in</form>", {}, "Refused: it is a web page"),
        (b"", {}, "Refused: it is empty"),
        (b"\x7fELF\0\0\0", {}, "Refused: it is binary"),
        (b"x" * 1_000_000, {}, "Refused: it holds no rule .*line too long"),
        (b"x" * 2_000_000, {}, "Refused: it is larger than 1 MB"),
        (b"only words of prose\n" * 9, {}, "Refused: it holds no rule"),
        (gzip.compress(GOOD * 99, mtime=0)[:-9], {}, "Refused: its gzip data is cut off"),
        (GOOD, {"content_length": "999"}, "Not fetched: the transfer was cut off"),
        (GOOD, {"status": "404 Not Found"}, "Not fetched: its server answered 404"),
        (b"", {"status": "302 Found", "location": "/again"}, "Not fetched: its server redirects"),
    ],
)
def test_whatever_comes_instead_of_a_list_the_last_good_copy_stays(
    con: sqlite3.Connection, tmp_path: Path, serve: Any, body: bytes, headers: dict[str, str], words: str
) -> None:
    add(con, serve.sending(GOOD))
    again(con, tmp_path)
    before = status(con)
    point(con, serve.sending(body, **headers))
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(again(con, tmp_path).error)
    assert list_files.text_path(tmp_path, "added:x").read_bytes() == GOOD
    after = status(con)
    assert "The last good copy stays in use." in after["error"]
    assert {**after, "error": None, "checked_at": 0} == {**before, "error": None, "checked_at": 0}
    assert not list((tmp_path / "lists").glob(".*"))


def test_a_first_fetch_that_fails_leaves_nothing_behind(con: sqlite3.Connection, tmp_path: Path, serve: Any) -> None:
    add(con, serve.sending(b"<html>"))
    assert "There is no earlier copy of it." in str(again(con, tmp_path).error)
    assert list((tmp_path / "lists").iterdir()) == []


def test_a_failure_is_forgotten_once_the_list_is_well(con: sqlite3.Connection, tmp_path: Path, serve: Any) -> None:
    add(con, serve.sending(b"<html>"))
    again(con, tmp_path)
    point(con, serve.sending(GOOD))
    assert again(con, tmp_path) == Outcome(True)
    assert status(con)["error"] is None


def test_the_same_text_again_is_no_change(con: sqlite3.Connection, tmp_path: Path, serve: Any) -> None:
    add(con, serve.sending(GOOD))
    again(con, tmp_path)
    written = list_files.text_path(tmp_path, "added:x").stat().st_ino
    assert again(con, tmp_path) == Outcome(False)
    assert list_files.text_path(tmp_path, "added:x").stat().st_ino == written


def test_a_list_whose_copy_is_gone_is_fetched_whole(con: sqlite3.Connection, tmp_path: Path, serve: Any) -> None:
    def behave(connection: Any, request: str) -> None:
        conditional = "if-none-match" in request.lower()
        connection.sendall(serve.response(status="304 Not Modified") if conditional else serve.response(GOOD, etag="1"))

    add(con, serve(behave))
    assert again(con, tmp_path) == Outcome(True)
    assert again(con, tmp_path) == Outcome(False)
    list_files.text_path(tmp_path, "added:x").unlink()
    assert again(con, tmp_path) == Outcome(True)
    assert list_files.text_path(tmp_path, "added:x").read_bytes() == GOOD


def test_a_list_that_does_not_fit_its_format_is_refused(con: sqlite3.Connection, tmp_path: Path) -> None:
    (tmp_path / "list").write_bytes(b"||ads.example^\n")
    add(con, str(tmp_path / "list"), "hosts")
    assert "looks like adblock" in str(again(con, tmp_path).error)


def test_a_full_disk_is_told(con: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "list").write_bytes(GOOD)
    add(con, str(tmp_path / "list"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(list_files, "publish", full)
    assert "Could not be stored: No space left on device" in str(again(con, tmp_path).error)


def names(count: int) -> bytes:
    return b"".join(b"n%d.example\n" % number for number in range(count))


def test_a_version_that_lost_half_of_its_rules_is_held_back_until_it_is_accepted(
    con: sqlite3.Connection, tmp_path: Path, serve: Any
) -> None:
    add(con, serve.sending(names(100)))
    again(con, tmp_path)
    point(con, serve.sending(names(10)))
    for _ in range(2):
        assert "Held back: it has 10 rules, and had 100: less than half" in (again(con, tmp_path).error or "")
    assert list_files.text_path(tmp_path, "added:x").read_bytes() == names(100)
    held = status(con)
    assert unpacked(held["held"]) == "it has 10 rules, and had 100: less than half" and held["error"] is None
    con.execute("UPDATE blocklist_status SET accepted = held_sha256")
    assert again(con, tmp_path) == Outcome(True)
    assert list_files.text_path(tmp_path, "added:x").read_bytes() == names(10)
    after = status(con)
    assert (after["held"], after["held_sha256"], after["accepted"], after["rules"]) == (None, None, None, 10)


def test_another_version_than_the_accepted_one_is_judged_anew(
    con: sqlite3.Connection, tmp_path: Path, serve: Any
) -> None:
    add(con, serve.sending(names(100)))
    again(con, tmp_path)
    point(con, serve.sending(names(10)))
    again(con, tmp_path)
    con.execute("UPDATE blocklist_status SET accepted = held_sha256")
    point(con, serve.sending(names(5)))
    assert "it has 5 rules" in (again(con, tmp_path).error or "")
    point(con, serve.sending(names(99)))
    assert again(con, tmp_path) == Outcome(True), "the publisher mended it"
    assert status(con)["held"] is None


def test_what_changed_is_noted(con: sqlite3.Connection, tmp_path: Path, serve: Any) -> None:
    add(con, serve.sending(names(100)))
    again(con, tmp_path)
    assert json.loads(status(con)["changes"]) == {}
    point(con, serve.sending(names(99) + b"new.example\n"))
    again(con, tmp_path)
    assert json.loads(status(con)["changes"]) == {
        "added": 1, "removed": 1, "some_added": ["new.example"], "some_removed": ["n99.example"],
    }  # fmt: skip


def test_rules_that_would_block_what_the_home_needs_are_left_out_and_told(
    con: sqlite3.Connection, tmp_path: Path, serve: Any
) -> None:
    add(con, serve.sending(b"||com^\n||ads.example^\n||captive.apple.com^\n"))
    again(con, tmp_path)
    row = status(con)
    assert (row["block_names"], json.loads(row["skipped"])) == (1, {"would block what the home needs": 2})
    assert set(json.loads(row["guarded"])) == {"||com^", "||captive.apple.com^"}
    con.execute("UPDATE blocklist SET guard = 0")
    con.execute("UPDATE blocklist_status SET sha256 = NULL")
    again(con, tmp_path)
    assert (status(con)["block_names"], status(con)["guarded"]) == (3, "{}")


def test_a_list_is_read_as_its_settings_say(con: sqlite3.Connection, tmp_path: Path, serve: Any) -> None:
    add(con, serve.sending(b"ads.example\n"))
    con.execute("""UPDATE blocklist SET options = '{"subdomains": true}'""")
    again(con, tmp_path)
    assert json.loads(status(con)["kinds"]) == {"names with all below": 1}


def test_each_rule_is_dated_by_the_update_that_brought_it(con: sqlite3.Connection, tmp_path: Path, serve: Any) -> None:
    add(con, serve.sending(GOOD), "domains")
    again(con, tmp_path)
    point(con, serve.sending(GOOD + b"three.example\n"))
    again(con, tmp_path)
    dates, seed = rule_dates.dates_of(tmp_path, "added:x"), list_files.seed(tmp_path)
    assert dates is not None
    key = {name: rule_dates.name_key(Kind.BLOCK_EXACT, name, seed) for name in ("two.example", "three.example")}
    assert not dates.of([key["two.example"]]).exact
    assert dates.of([key["three.example"]]).exact
