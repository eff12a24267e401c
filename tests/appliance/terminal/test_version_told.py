# SPDX-License-Identifier: GPL-3.0-or-later
"""The version, and which code: of this installation, and of what was started from it before."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.terminal import version_told
from native.finder import Running, Way, running
from store.base import status
from store.base.process_status import SupervisorStatus


def told(state: Path | None, code: Running) -> list[str]:
    """What is said while an appliance runs there with this code."""
    if state is not None:
        status.publish(status.run_dir(state, {}), "supervisor", SupervisorStatus(code=code))
    return [str(line) for line in version_told.lines(state, {})]


def test_code_that_was_made_while_telltale_ran_is_told_apart_from_what_runs(tmp_path: Path) -> None:
    """make compiled said that a running Telltale takes it up at its next start, and --version that it runs."""
    other = Running(Way.STALE, changed=("wire/names.py",))
    before, _, last = told(tmp_path, other)
    assert before.startswith("telltale ")
    assert "other code: Plain Python: 1 source" in last and last.endswith("Its next start takes this.")


@pytest.mark.parametrize("there", [True, False], ids=["the same runs", "nothing runs"])
def test_otherwise_two_lines_are_all(tmp_path: Path, there: bool) -> None:
    assert len(told(tmp_path if there else None, running())) == 2


def test_a_home_that_is_none_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    version_told.show(["--state", "~nobody-of-that-name/x"], {})
    assert capsys.readouterr().out.startswith("telltale ")
