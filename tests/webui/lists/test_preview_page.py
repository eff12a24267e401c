# SPDX-License-Identifier: GPL-3.0-or-later
"""A list is looked at before it is in force, by address, file or text; what is wrong stands beside the field."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from evidence.whatif.whatif_jobs import Failed
from store.config import lists
from webui.lists import waiting_lists

pytestmark = [pytest.mark.web, pytest.mark.process]

TEXT = "# mine\n" + "".join(f"ads{number}.example\n" for number in range(40)) + "data.mistat.xiaomi.com\nwhat is this\n"


def sent(visitor: Any, file: bytes | None = None, name: str = "my <b>list.txt", **fields: str) -> Any:
    files = {"file": (name, file)} if file is not None else {"file": ("", b"")}
    return visitor.post("/blocklists/preview", data={"csrf": visitor.csrf, **fields}, files=files)


def waited(visitor: Any, where: str) -> str:
    """The page once the look has ended: its process is waited for, not a while."""
    token = where.rpartition("/")[2]
    job = visitor.app.state.ui.questions.find(waiting_lists.find(visitor.home.state, token).job)
    with suppress(Failed):
        job.wait()
    return str(visitor.get(where).text)


def added(visitor: Any) -> list[lists.BlocklistView]:
    return [view for view in lists.blocklists(visitor.engine()) if view.kind == "added"]


@pytest.mark.usefixtures("real_questions")
def test_a_file_is_looked_at_then_added(visitor: Any) -> None:
    answer = sent(visitor, TEXT.encode())
    assert answer.status_code == 303, answer.text
    where = answer.headers["location"]
    page = waited(visitor, where)
    assert "41 names, read as domains." in page and "what is this" in page and "ads0.example" in page
    assert "/blocklists/pack:xiaomi" in page and "<b>list" not in page and "my &lt;b&gt;list.txt" in page
    assert added(visitor) == [], "nothing is in force before it is said"
    assert "<html" not in visitor.get(f"{where}/part").text
    done = visitor.form(f"{where}/add", state="off")
    [view] = added(visitor)
    assert done.headers["location"] == f"/blocklists/{view.id}?notice=added-off"
    assert not view.on and Path(view.source).read_text() == TEXT and view.title == "my <b>list.txt"
    assert visitor.get(where).status_code == 404, "it waits no more"


def test_pasted_text_is_kept_and_on(visitor: Any) -> None:
    where = sent(visitor, text="||ads.example^\n@@||good.example^", title="Pasted").headers["location"]
    assert "read as adblock" in waited(visitor, where)
    visitor.form(f"{where}/add", state="on")
    [view] = added(visitor)
    assert view.on and view.title == "Pasted" and "||ads.example^" in Path(view.source).read_text()


def test_cancel_forgets_it(visitor: Any) -> None:
    where = sent(visitor, TEXT.encode()).headers["location"]
    visitor.form(f"{where}/cancel")
    assert added(visitor) == [] and visitor.get(where).status_code == 404
    assert list((visitor.home.state / waiting_lists.FOLDER).iterdir()) == []


@pytest.mark.parametrize(
    ("file", "fields", "words"),
    [
        (b"<html><body>Log in</body></html>", {}, "It cannot be taken: it is a web page"),
        (b"PK\x03\x04....", {}, "zip archive"),
        (b" ", {}, "It cannot be taken"),
        (b"# no rule", {"title": "Kept"}, "It cannot be taken"),
    ],
)
def test_what_cannot_be_taken_leads_back_to_the_form(
    visitor: Any, file: bytes | None, fields: dict[str, str], words: str
) -> None:
    page = waited(visitor, sent(visitor, file, **fields).headers["location"])
    assert words in page and 'id="add-trouble" role="alert"' in page and 'action="/blocklists/preview"' in page
    for value in fields.values():
        assert f'value="{value}"' in page, "nothing that was typed is lost"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Give one of the three"), ({"source": "gopher://x"}, "neither an http(s) address"),
        ({"source": "https://a.example/x", "text": "b.example"}, "Give one of the three"),
        ({"source": "http://127.0.0.1/list"}, "cannot come from"), ({"source": "/etc/passwd"}, "command line"),
        ({"text": "a.example", "title": "x" * 200}, "A title has"),
        ({"text": "a.example", "format": "odd"}, "no format"),
    ],
)
def test_what_was_typed_wrong_is_told_at_once_and_stays(visitor: Any, fields: dict[str, str], words: str) -> None:
    visitor.headers["Referer"] = "http://telltale/blocklists/add"
    answer = sent(visitor, **fields)
    assert answer.status_code == 422 and words in answer.text
    assert 'aria-invalid="true" aria-describedby="told-0" autofocus' in answer.text
    if fields.get("text"):
        assert fields["text"] in answer.text


def test_a_list_that_is_there_is_not_looked_at_again(visitor: Any) -> None:
    source = lists.blocklist(visitor.engine(), "hagezi-pro").source
    assert "here already, as HaGeZi Pro" in sent(visitor, source=source).text


def test_without_the_token_nothing_is_taken_in(visitor: Any) -> None:
    assert visitor.post("/blocklists/preview", data={"text": "a.example"}, files={"file": ("", b"")}).status_code == 403
    assert visitor.get(f"/blocklists/preview/{'0' * 32}").status_code == 404
    assert not (visitor.home.state / waiting_lists.FOLDER).exists()
