# SPDX-License-Identifier: GPL-3.0-or-later
"""Each command that a sentence or a page tells people to type is there, with its options."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from appliance.cli.commands import app

HOUSE = Path(__file__).parents[3]
TELLING = [HOUSE / "store/messages/telltale.pot", HOUSE / "README.md", *sorted((HOUSE / "docs").glob("*.md"))]
NO_COMMAND = {"telltale keepalive"}  # what a packet of DHCP calls itself


@pytest.mark.parametrize("path", TELLING, ids=lambda path: path.name)
def test_every_command_that_is_told_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".pot":
        text = re.sub(r'"\n"', "", text)
    told = set(re.findall(r"(?<![\w/-])telltale ((?:[a-z][a-z-]*|--[a-z-]+)(?: [^\s`]+)*)`", text))
    assert {f"telltale {words}" for words in told if not _is_there(words.split())} <= NO_COMMAND


@cache
def _root() -> Any:
    return typer.main.get_command(app)


def _is_there(words: list[str]) -> bool:
    command = _root()
    for word in words:
        if word.startswith("--"):
            known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
            return "ignore_unknown_options" in command.context_settings or word.partition("=")[0] in known
        if not hasattr(command, "commands"):
            continue
        if not re.fullmatch(r"[a-z][a-z-]*", word):
            return True  # it stands for any of them
        if word not in command.commands:
            return False
        command = command.commands[word]
    return True


def test_what_is_not_there_is_seen() -> None:
    assert _is_there(["rules", "add", "--exact"]) and _is_there(["health", "--dns"]) and _is_there(["evidence", "…"])
    assert not any(map(_is_there, (["import"], ["rules", "frobnicate"], ["rules", "add", "--no"])))
