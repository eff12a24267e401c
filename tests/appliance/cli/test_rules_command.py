# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules from the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]


def verdict(command: Command, name: str) -> str:
    return str(json.loads(command("explain", name, "--json")[1])["verdict"])


def test_a_rule_holds_until_it_is_removed(command: Command) -> None:
    assert command("rules", "add", "block", "Example.COM.", "--comment", "why not")[0] == 0
    assert verdict(command, "www.example.com") == "BLOCK"
    (rule,) = json.loads(command("rules", "--json")[1])
    assert (rule["kind"], rule["name"], rule["subdomains"]) == ("block", "example.com", True)
    assert "why not" in command("rules")[1]
    assert command("rules", "remove", str(rule["id"]))[0] == 0
    assert verdict(command, "www.example.com") == "PASS"


def test_exact_means_that_name_alone(command: Command) -> None:
    assert command("rules", "add", "block", "example.com", "--exact")[0] == 0
    assert verdict(command, "example.com") == "BLOCK"
    assert verdict(command, "www.example.com") == "PASS"
    assert "alone" in command("rules", "list")[1]


def test_an_expression_with_types_and_an_answer_of_its_own(command: Command) -> None:
    assert command("rules", "add", "block", "^ad[0-9]", "--regex", "--types", "aaaa", "--answer", "nodata")[0] == 0
    assert json.loads(command("explain", "ad7.example", "--type", "AAAA", "--json")[1])["answer"] == "NODATA"
    assert verdict(command, "ad7.example") == "PASS"
    assert "found in, AAAA" in command("rules")[1]
    assert command("rules", "add", "block", "[.]example$", "--regex", "--inverted", "--types", "TXT")[0] == 0
    assert json.loads(command("explain", "a.invalid.org", "--type", "TXT", "--json")[1])["verdict"] == "BLOCK"
    assert json.loads(command("explain", "a.example", "--type", "TXT", "--json")[1])["verdict"] == "PASS"


def test_what_cannot_be_held_is_refused_in_a_sentence(command: Command) -> None:
    for arguments, words in (
        (("(?=ads)x", "--regex"), "expression"),
        (("((((a{1,99}){1,99}))))", "--regex"), "expression"),
        (("a.example", "--inverted"), "Only a regular expression can be inverted"),
        (("a.example", "--types", "NOPE"), "is no query type"),
        (("a.example", "--answer", "what is this?"), "is no answer"),
        (("a.example", "--scope", "group:9"), "no group 9"),
    ):
        code, _, err = command("rules", "add", "block", *arguments)
        assert code != 0 and words in err, err
    assert json.loads(command("rules", "--json")[1]) == []


def test_off_on_and_an_end(command: Command) -> None:
    assert command("rules", "add", "block", "example.com", "--for", "30")[0] == 0
    (rule,) = json.loads(command("rules", "--json")[1])
    assert "on, 30 min" in command("rules")[1]
    assert command("rules", "off", str(rule["id"]))[0] == 0 and verdict(command, "example.com") == "PASS"
    assert "off" in command("rules")[1]
    assert command("rules", "on", str(rule["id"]))[0] == 0 and verdict(command, "example.com") == "BLOCK"


def test_the_end_of_names_is_told_of(command: Command, tmp_path: Path) -> None:
    code, told, _ = command("rules", "add", "block", "com")
    assert code == 0 and told.startswith("This is about every name that ends in .com, whoever’s it is.")
    assert "Rule 1 is in force." in told
    text = tmp_path / "rules.txt"
    text.write_text("xiaomi\nlan\n")
    told = command("rules", "paste", str(text), "--dry-run")[1]
    assert "line 1: xiaomi: This is about names that end in .xiaomi alone" in told and ".lan" not in told


def test_a_line_that_is_told_of_steers_no_terminal(command: Command, tmp_path: Path) -> None:
    text = tmp_path / "rules.txt"
    text.write_text("/a\x1b[31mred/\n\x1b]0;title\x07 b\n")
    told = command("rules", "paste", str(text), "--dry-run")[1]
    assert "line 1: /a?[31mred/: " in told and "line 2: ?]0;title? b: " in told and told.replace("\n", "").isprintable()


def test_many_from_a_file(command: Command, tmp_path: Path) -> None:
    text = tmp_path / "rules.txt"
    text.write_text("0.0.0.0 ads.example\n@@good.example\n(((\n")
    assert "2 new, 0 changed, 0 so already, 1 not understood." in command("rules", "paste", str(text), "--dry-run")[1]
    assert json.loads(command("rules", "--json")[1]) == []
    told = command("rules", "paste", str(text))[1]
    assert "line 3: (((" in told and "2 new" in told
    assert verdict(command, "ads.example") == "BLOCK" and verdict(command, "good.example") == "ALLOW"
    assert "0 new, 0 changed, 2 so already" in command("rules", "paste", str(text))[1]
