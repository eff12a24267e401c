# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line library runs what `cli` hands to it."""

from pathlib import Path

import pytest

from appliance.cli import commands
from appliance.errors import Complaint


def test_an_unknown_command_is_a_complaint() -> None:
    with pytest.raises(Complaint, match="frobnicate"):
        commands.run(["frobnicate"])


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
