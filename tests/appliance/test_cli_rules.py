# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules from the command line."""

import json
from collections.abc import Callable

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
