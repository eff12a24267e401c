# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocklists from the command line."""

import json
from collections.abc import Callable
from pathlib import Path

Command = Callable[..., tuple[int, str, str]]


def row(out: str, blocklist: str) -> list[str]:
    return next(line.split() for line in out.splitlines() if line.startswith(f"{blocklist} "))


def test_all_lists_are_shown_with_their_counts(command: Command) -> None:
    code, out, _ = command("lists")
    assert code == 0
    assert row(out, "pack:xiaomi")[1:3] == ["on", "safe"]
    assert int(row(out, "pack:xiaomi")[3]) > 10
    found = json.loads(command("lists", "--json")[1])
    assert {view["id"] for view in found} == {line.split()[0] for line in out.splitlines()[1:]}


def test_on_off_and_level(command: Command) -> None:
    assert command("lists", "off", "pack:xiaomi")[:2] == (0, "pack:xiaomi is off.\n")
    assert row(command("lists")[1], "pack:xiaomi")[1:3] == ["off", "safe"]
    safe = int(row(command("lists")[1], "pack:xiaomi")[3].replace(",", ""))
    assert command("lists", "level", "pack:xiaomi", "everything")[0] == 0
    assert row(command("lists")[1], "pack:xiaomi")[1:3] == ["on", "everything"]
    assert int(row(command("lists")[1], "pack:xiaomi")[3].replace(",", "")) > safe
    assert command("lists", "on", "pack:lg")[0] == 0


def test_a_file_is_added_fetched_and_removed(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("ads.example.com\ntrack.example.com\n")
    code, out, err = command("lists", "add", str(path), "--title", "Mine")
    assert code == 0, err
    number = out.split()[2].rstrip(".")
    assert row(command("lists")[1], number)[1:4] == ["on", "–", "2"]
    code, out, _ = command("explain", "ads.example.com", "--json")
    assert json.loads(out)["list"] == number
    assert command("lists", "remove", number)[0] == 0
    assert number not in command("lists")[1]


def test_a_file_that_is_no_list_is_told_and_stays_visible(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text("<!doctype html><html><body>Log in</body></html>")
    code, _, err = command("lists", "add", str(path))
    assert code == 1
    assert "did not go through" in err
    assert "web page" in command("lists")[1]
