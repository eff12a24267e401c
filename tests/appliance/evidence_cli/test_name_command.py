# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence name` and what people say of names."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]
KEYS = ["name", "company", "product", "purpose", "kind", "country", "matched", "source"]


def test_names_are_one_object_a_line(command: Command) -> None:
    asked = b"Data.Mistat.Xiaomi.com.\n\nnobody.example\n"
    code, text, _ = command("evidence", "name", "logs.netflix.com", "-", "--json", stdin=asked)
    rows = [json.loads(line) for line in text.splitlines()]
    assert code == 0 and list(rows[0]) == KEYS
    assert [(row["name"], row["company"], row["kind"]) for row in rows] == [
        ("logs.netflix.com", "Netflix", "tracking"),
        ("Data.Mistat.Xiaomi.com.", "Xiaomi", "tracking"),
        ("nobody.example", None, "unknown"),
    ]


def test_a_hostile_name_steers_no_terminal(command: Command) -> None:
    hostile = "\u202e\x9b2Jevil.example"
    for more in ([], ["--json"]):
        code, text, error = command("evidence", "name", hostile, *more)
        assert code == 0 and not {"\u202e", "\x9b"} & {*text, *error}
    assert json.loads(text)["name"] == hostile


def test_a_table_for_people(command: Command) -> None:
    code, text, _ = command("evidence", "name", "www.netflix.com")
    assert code == 0 and "Netflix" in text and "content" in text and "use" in text


def test_an_address_is_looked_up_by_its_name_and_what_is_none_is_said(command: Command) -> None:
    code, text, error = command("evidence", "name", "https://www.netflix.com:443/browse?x=1", "foo bar", "--json")
    rows = [json.loads(line) for line in text.splitlines()]
    assert code == 0 and [(row["name"], row["company"]) for row in rows] == [
        ("www.netflix.com", "Netflix"),
        ("foo bar", None),
    ]
    assert "'foo bar' is no" in error, error


def test_a_correction_is_said_shown_written_out_and_taken_away(command: Command, tmp_path: Path) -> None:
    code, text, _ = command("evidence", "correct", "acme.example", "--company", "Acme", "--purpose", "crash")
    assert (code, text) == (0, "Whose acme.example is, and what for, is corrected.\n")
    row = json.loads(command("evidence", "name", "x.acme.example", "--json")[1])
    assert (row["company"], row["kind"], row["source"]) == ("Acme", "tracking", "correction")
    assert "acme.example" in command("evidence", "corrections")[1]
    assert command("evidence", "corrections", "--export", str(tmp_path / "out"))[0] == 0
    lines = (tmp_path / "out").read_text().splitlines()
    assert [json.loads(line)["purpose"] for line in lines] == ["crash"]
    assert json.loads(command("evidence", "corrections", "--json")[1])[0] == json.loads(lines[0])
    assert command("evidence", "corrections", "--export", "-")[1].splitlines() == lines
    assert command("evidence", "uncorrect", "acme.example")[0] == 0
    assert json.loads(command("evidence", "name", "x.acme.example", "--json")[1])["company"] is None


def test_what_cannot_be_is_told(command: Command, tmp_path: Path) -> None:
    for words, trouble in (
        (("correct", "acme.example"), "at least one"),
        (("correct", "a b", "--company", "A"), "no valid name"),
        (("correct", "acme.example", "--kind", "good"), "no kind"),
        (("uncorrect", "acme.example"), "no correction of acme.example"),
        (("corrections", "--export", str(tmp_path)), "cannot be written"),
    ):
        code, _, error = command("evidence", *words)
        assert code == 1 and trouble in error
