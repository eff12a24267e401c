# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line library runs what `cli` hands to it."""

import re
from pathlib import Path

import pytest

from appliance.cli import commands
from appliance.errors import Complaint


def test_an_unknown_command_is_a_complaint() -> None:
    with pytest.raises(Complaint, match="frobnicate"):
        commands.run(["frobnicate"])


@pytest.mark.parametrize(("arguments", "said"), [
    (["list"], "There is no command 'list', but 'lists'; `telltale --help` shows what there is."),
    (["rules", "frobnicate"], "There is no command 'frobnicate'; `telltale rules --help` shows what it takes."),
    (["rules", "add", "block"], "NAME is missing; `telltale rules add --help` shows what it takes."),
])  # fmt: skip
def test_a_complaint_names_what_is_near_and_the_help_of_its_own_command(arguments: list[str], said: str) -> None:
    with pytest.raises(Complaint, match="^" + re.escape(said) + "$"):
        commands.run(arguments)


def test_help_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["--help"]) == 0
    assert "blocks known telemetry" in capsys.readouterr().out


def test_quick_commands_are_delegated_with_their_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []

    def main(arguments: list[str]) -> int:
        seen.append(arguments)
        return 7

    monkeypatch.setattr("appliance.cli.health_command.main", main)
    assert commands.run(["health", "--json", "--state", "/x"]) == 7
    assert seen == [["--json", "--state", "/x"]]


@pytest.mark.database
@pytest.mark.parametrize("arguments", [
    ["evidence", "findings", "--device", "9" * 20], ["evidence", "findings", f"--device={'9' * 20}"],
    ["evidence", "test", "show", "9" * 20],
])  # fmt: skip
def test_a_number_that_no_database_holds_is_a_complaint(arguments: list[str], state: Path) -> None:
    with pytest.raises(Complaint, match="Nothing here has a number that large"):
        commands.run([*arguments, "--state", str(state)])
