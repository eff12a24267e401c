# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command finds the state directory, or says what to do."""

from pathlib import Path

import pytest

from appliance import cli_state
from appliance.complaint import Complaint


def test_the_option_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLTALE_STATE", "/from/environment")
    assert cli_state.directory(None) == Path("/from/environment")
    assert cli_state.directory("/from/option") == Path("/from/option")


def test_a_place_without_an_appliance_is_a_complaint(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "missing"):
        with pytest.raises(Complaint, match="There is no Telltale"):
            cli_state.config(str(place))


def test_a_place_with_one_is_found(prepared: Path) -> None:
    assert cli_state.config(str(prepared)) == prepared
    assert cli_state.engine(str(prepared)) is not None
