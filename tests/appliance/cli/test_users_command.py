# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale users`: who may log in, and a way in for whoever is locked out."""

from pathlib import Path

import pyotp
import pytest
from typer.testing import CliRunner

from appliance.cli.users_command import app
from store.accounts import people, two_step
from store.base import db
from store.config import account, edit
from store.config.session import EditError

pytestmark = pytest.mark.database

PASSWORD = "four words of mine"


def test_from_the_first_to_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "_N", 2)
    db.open_config(tmp_path)
    e = edit.engine(tmp_path)
    account.set_password(e, PASSWORD)

    def users(*words: str, typed: str = "") -> str:
        done = CliRunner().invoke(app, [*words, "--state", str(tmp_path)], input=typed, catch_exceptions=False)
        return done.output

    assert "may log in" in users("add", "Vera", "--role", "viewer", typed=PASSWORD + "\n")
    assert "Vera" in users("list") and "viewer" in users("list")
    users("role", "vera", "admin")
    users("password", "VERA", typed="another few words\n")
    assert account.check(e, "another few words", "Vera") is not None
    two_step.confirm(e, 1, pyotp.TOTP(two_step.begin(e, 1).secret).now())
    users("two-step", "off", "admin")
    assert not two_step.anybody(e)
    users("remove", "admin")
    assert [person.name for person in people.people(e)] == ["Vera"]
    with pytest.raises(EditError, match="only admin"):
        users("remove", "Vera")
