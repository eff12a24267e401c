# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict from the command line, one name or many."""

import json
from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from appliance.cli_explain import read_question

Command = Callable[..., tuple[int, str, str]]
XIAOMI = "data.mistat.xiaomi.com"


def test_it_says_what_decided_and_who_else_spoke(command: Command) -> None:
    code, out, _ = command("explain", XIAOMI)
    assert code == 0
    assert out.startswith(f"{XIAOMI} A: BLOCK (0.0.0.0)\n")
    assert "of pack:xiaomi" in out
    assert "level safe" in out


def test_json_has_the_promised_keys(command: Command) -> None:
    out = command("explain", XIAOMI, "example.com", "--type", "AAAA", "--json")[1]
    first, second = map(json.loads, out.splitlines())
    assert list(first) == ["name", "type", "verdict", "rule", "list", "answer"]
    assert (first["verdict"], first["answer"]) == ("BLOCK", "::")
    assert (second["verdict"], second["answer"]) == ("PASS", None)


def test_lines_from_standard_input(command: Command) -> None:
    lines = f"{XIAOMI}\n\n# nothing\nexample.com HTTPS\n{XIAOMI} A 8.8.8.8\nbad..name\n".encode() + b"\xff\xfe\n"
    code, out, err = command("explain", "-", "--json", stdin=lines)
    found = [json.loads(line) for line in out.splitlines()]
    assert [row["verdict"] for row in found] == ["BLOCK", "PASS", "REFUSE"]
    assert found[1]["type"] == "HTTPS"
    assert code == 1
    assert err.count("telltale: ") == 2


def test_a_list_alone_needs_no_appliance(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    path.write_text("127.0.0.1 ads.example.com\n")
    code, out, _ = command("--state", str(tmp_path / "none"), "explain", "ads.example.com", "--list", str(path))
    assert code == 0
    assert "line 1: 127.0.0.1 ads.example.com" in out
    code, out, _ = command("explain", "a.example", "--deny", "example", "--permit", "a.example", "--json")
    assert json.loads(out)["verdict"] == "ALLOW"


@given(st.text())
def test_any_line_is_a_question_or_nothing(line: str) -> None:
    question = read_question(line, "A", None)
    assert question is None or (len(question) == 3 and question[0])
