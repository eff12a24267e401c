# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command finds the state directory, or says what to do."""

from pathlib import Path

import pytest

from appliance.errors import Complaint
from appliance.terminal import context


def test_the_option_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLTALE_STATE", "/from/environment")
    assert context.directory(None) == Path("/from/environment")
    assert context.directory("/from/option") == Path("/from/option")


def test_a_place_without_an_appliance_is_a_complaint(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "missing"):
        with pytest.raises(Complaint, match="There is no Telltale"):
            context.config(str(place))


def test_a_place_with_one_is_found(prepared: Path) -> None:
    assert context.config(str(prepared)) == prepared
    assert context.engine(str(prepared)) is not None
