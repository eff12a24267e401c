# SPDX-License-Identifier: GPL-3.0-or-later
"""Password and tokens from the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from weak_scrypt import _weak_scrypt as _weak_scrypt

from appliance.cli import access_command
from appliance.errors import Complaint
from store.config import account, session

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]


def test_the_password_is_read_from_standard_input(command: Command, state: Path) -> None:
    assert command("password", stdin=b"correct horse\n")[0] == 0
    assert account.check(session.engine(state), "correct horse")


def test_a_short_password_is_refused(command: Command, state: Path) -> None:
    code, _, err = command("password", stdin=b"short\n")
    assert code == 1
    assert "at least 8" in err
    assert not account.has_password(session.engine(state))


def test_the_prompt_asks_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["first password", "other password", "same password", "same password"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    with pytest.raises(Complaint, match="not the same"):
        access_command._ask()
    assert access_command._ask() == "same password"


def test_a_token_is_shown_once_and_can_be_revoked(command: Command, state: Path) -> None:
    code, out, _ = command("token", "create", "home assistant", "--scope", "read")
    token = out.strip()
    assert code == 0
    assert token.startswith("tt_")
    assert account.find_token(session.engine(state), token) is not None
    listed = command("token", "list")[1]
    assert "home assistant" in listed
    assert token not in listed + command("token", "--json")[1]
    assert command("token", "revoke", "home assistant")[0] == 0
    assert account.find_token(session.engine(state), token) is None


def test_a_token_as_json(command: Command) -> None:
    made = json.loads(command("token", "create", "x", "--scope", "admin", "--json")[1])
    assert made["name"] == "x"
    assert made["token"].startswith("tt_")


def test_until_when_a_token_holds(command: Command, state: Path) -> None:
    assert command("token", "create", "short", "--scope", "read", "--expires", "30d")[0] == 0
    assert command("token", "create", "dated", "--scope", "read", "--expires", "2030-03-31")[0] == 0
    lines = {line.split()[0]: line for line in command("token", "list")[1].splitlines()[1:]}
    assert "2030-03-31 23:59" in lines["dated"]
    code, out, err = command("token", "create", "x", "--scope", "read", "--expires", "soon")
    assert code == 1 and not out and "'soon' says no end" in err
