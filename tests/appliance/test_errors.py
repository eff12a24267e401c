# SPDX-License-Identifier: GPL-3.0-or-later
"""Trouble is told in one sentence, whatever it is."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance import errors
from appliance.errors import Complaint


def raising(error: BaseException) -> int:
    def action() -> int:
        raise error

    return errors.tell(action)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TELLTALE_DEBUG", raising=False)
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def test_a_complaint_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert raising(Complaint("The port is busy; stop the other.")) == 1
    assert capsys.readouterr() == ("", "telltale: The port is busy; stop the other.\n")


def test_anything_else_says_where_the_details_are(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert raising(KeyError("nested\nlines")) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "Traceback" not in said
    (details,) = tmp_path.iterdir()
    assert str(details) in said
    assert "KeyError" in details.read_text()
    assert details.stat().st_mode & 0o077 == 0


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TELLTALE_DEBUG", "1")
    assert raising(RuntimeError("odd")) == 1
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert raising(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err == ""


def test_the_exit_code_of_the_action_is_kept() -> None:
    assert errors.tell(lambda: 3) == 3
    assert errors.tell(lambda: None) == 0


@given(st.text())
def test_one_line_stays_one_harmless_line(text: str) -> None:
    line = errors.one_line(text)
    assert len(line) <= 400
    assert line.isprintable()
