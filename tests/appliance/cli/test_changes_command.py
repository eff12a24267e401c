# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale changes` and `telltale undo`."""

import json
from pathlib import Path

import pytest

from appliance.cli.main import main
from store.base.db import open_config
from store.config import edit
from store.household import groups

pytestmark = pytest.mark.database


@pytest.fixture
def state(tmp_path: Path) -> str:
    open_config(tmp_path)
    return str(tmp_path)


def test_who_changed_what_and_back(
    state: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "anna")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert main(["groups", "add", "Kids", "--state", state]) == 0
    assert main(["rules", "add", "block", "games.example", "--scope", "group:1", "--state", state]) == 0
    capsys.readouterr()
    assert main(["changes", "--state", state]) == 0
    table = capsys.readouterr().out
    assert "anna at the command line" in table and "games.example is blocked for Kids." in table
    assert main(["undo", "1", "--state", state]) == 1
    assert "`telltale undo 2` undoes the later one" in capsys.readouterr().err
    assert main(["undo", "--state", state]) == 0
    assert capsys.readouterr().out == "Undone: games.example is blocked for Kids.\n"
    assert main(["undo", "--state", state]) == 0
    assert groups.groups(edit.engine(Path(state))) == []
    assert main(["undo", "--state", state]) == 1
    assert "no change to undo" in capsys.readouterr().err
    assert main(["changes", "--last", "1", "--json", "--state", state]) == 0
    [item] = json.loads(capsys.readouterr().out)
    assert (item["what"], item["undoes"], item["rows"][0]["after"]) == ("Undone: The group Kids is made.", 1, None)


def test_both_at_once(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["groups", "add", "Kids", "--state", state])
    main(["rules", "add", "block", "games.example", "--scope", "group:1", "--state", state])
    assert main(["undo", "1", "--later", "--state", state]) == 0
    e = edit.engine(Path(state))
    assert groups.groups(e) == [] and edit.rules(e) == []


def test_what_is_no_change(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    for number in ("9", "99999999999999999999"):
        assert main(["undo", number, "--state", state]) == 1
        err = capsys.readouterr().err
        assert err.startswith("telltale: ") and "Traceback" not in err
    assert main(["changes", "--last", "0", "--state", state]) != 0
