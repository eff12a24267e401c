# SPDX-License-Identifier: GPL-3.0-or-later
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from blocklists.index import list_files
from blocklists.index.index import Index
from blocklists.update.updater import Updater
from store.base import status
from store.base.db import open_config
from store.config import edit, lists

pytestmark = pytest.mark.database


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    open_config(folder)
    return folder


@pytest.fixture
def updater(state: Path, tmp_path: Path) -> Iterator[Updater]:
    made = Updater(state, tmp_path, {})
    yield made
    made.watcher.close()


def blocked(state: Path, name: str, blocklist_id: str) -> bool:
    index = Index.open(list_files.index_path(state))
    return index.match(name, index.mask([(blocklist_id, None)])) is not None


def test_a_list_that_is_on_is_fetched_compiled_and_announced(
    state: Path, updater: Updater, serve: Any
) -> None:
    e = edit.engine(state)
    added = lists.add_blocklist(e, serve.sending(b"ads.example\n"), "Mine")
    before = updater.watcher.index_generation()
    assert updater.work() > time.time()
    assert blocked(state, "ads.example", added)
    assert updater.watcher.index_generation() > before
    assert Index.open(list_files.index_path(state)).generation == updater.watcher.index_generation()


def test_a_list_that_is_off_is_left_alone_but_stays_in_the_index(
    state: Path, updater: Updater, serve: Any
) -> None:
    e, asked = edit.engine(state), []
    added = lists.add_blocklist(
        e, serve(lambda con, _: (asked.append(1), con.sendall(serve.response(b"ads.example\n"))))
    )
    updater.work()
    edit.set_toggle(e, added, "house", False)
    updater.work([])
    assert len(asked) == 1
    assert blocked(state, "ads.example", added)


def test_what_is_not_due_is_not_fetched_again_unless_it_is_named(
    state: Path, updater: Updater, serve: Any
) -> None:
    asked: list[str] = []

    def behave(con: socket.socket, request: str) -> None:
        asked.append(request)
        con.sendall(serve.response(b"ads.example\n"))

    added = lists.add_blocklist(edit.engine(state), serve(behave))
    updater.work()
    updater.work()
    assert len(asked) == 1
    updater.work([added])
    assert len(asked) == 2


def test_a_removed_list_leaves_the_index_and_the_disk(state: Path, updater: Updater, serve: Any) -> None:
    e = edit.engine(state)
    added = lists.add_blocklist(e, serve.sending(b"ads.example\n"))
    updater.work()
    lists.remove_blocklist(e, added)
    updater.work()
    assert not blocked(state, "ads.example", added)
    assert list((state / "lists").iterdir()) == []


def test_what_a_killed_download_left_is_gone_with_the_next_run_whatever_is_due(
    state: Path, updater: Updater, serve: Any
) -> None:
    added = lists.add_blocklist(edit.engine(state), serve.sending(b"ads.example\n"))
    updater.work()
    draft = state / "lists" / ".added-list.txt.a1b2c3.new"
    draft.write_bytes(b"half of a li")
    updater.work()
    assert not draft.exists() and blocked(state, "ads.example", added)


def test_a_list_taken_as_an_allow_list_allows(state: Path, updater: Updater, serve: Any) -> None:
    added = lists.add_blocklist(edit.engine(state), serve.sending(b"good.example\n"), allow=True)
    updater.work()
    index = Index.open(list_files.index_path(state))
    match = index.match("good.example", index.mask([(added, None)]))
    assert match and match.allow


def test_one_failing_list_stops_no_other_and_is_logged_once(
    state: Path, updater: Updater, serve: Any, caplog: pytest.LogCaptureFixture
) -> None:
    e = edit.engine(state)
    bad = lists.add_blocklist(e, serve.sending(b"<html>log in"), "A bad one")
    good = lists.add_blocklist(e, serve.sending(b"ads.example\n"), "Good")
    updater.work()
    updater.work([bad])
    assert blocked(state, "ads.example", good)
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        "A bad one: Refused: it is a web page (perhaps a log-in or error page), not a list. "
        "There is no earlier copy of it."
    ]
    assert set(updater.errors) == {bad}


def test_the_status_says_what_runs_and_what_failed(
    state: Path, updater: Updater, serve: Any, tmp_path: Path
) -> None:
    seen = []

    def behave(con: socket.socket, _: str) -> None:
        updating = status.read(tmp_path).updater
        seen.append(updating and updating.running)
        con.sendall(serve.response(b""))

    added = lists.add_blocklist(edit.engine(state), serve(behave))
    updater.work()
    assert seen == [added]
    said = status.read(tmp_path).updater
    assert said is not None and said.running is None and "it is empty" in said.errors[added]


def test_an_unknown_list_is_said_to_be_one(updater: Updater) -> None:
    with pytest.raises(ValueError, match="there is no list 'nope'"):
        updater.work(["nope"])
