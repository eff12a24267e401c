# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocklists from the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

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


def test_a_version_that_shrank_is_held_back_until_it_is_accepted(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("".join(f"ads{number}.example.com\n" for number in range(40)))
    number = command("lists", "add", str(path))[1].split()[2].rstrip(".")
    assert command("lists", "accept", number)[0] == 1
    path.write_text("ads1.example.com\n")
    assert command("lists", "update", number)[0] == 1
    assert "held back" in command("lists")[1]
    assert row(command("lists")[1], number)[3] == "40"
    assert command("lists", "accept", number)[0] == 0
    assert row(command("lists")[1], number)[3] == "1"


def test_the_guard_and_the_answer_of_a_list(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("captive.apple.com\nads.example.com\n")
    number = command("lists", "add", str(path))[1].split()[2].rstrip(".")

    def told() -> dict[str, str]:
        found: dict[str, str] = json.loads(command("explain", "captive.apple.com", "--json")[1])
        return found

    assert told()["verdict"] == "PASS"
    assert command("lists", "guard", number, "off")[0] == 0
    assert command("lists", "answer", number, "nxdomain")[0] == 0
    assert (told()["verdict"], told()["answer"]) == ("BLOCK", "NXDOMAIN")
    assert command("lists", "guard", number, "on")[0] == 0
    assert told()["verdict"] == "PASS"
    assert "neither on nor off" in command("lists", "guard", number, "perhaps")[2]
    assert "is no answer" in command("lists", "answer", number, "what is this?")[2]
