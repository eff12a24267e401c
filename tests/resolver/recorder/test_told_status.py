# SPDX-License-Identifier: GPL-3.0-or-later
"""When the recorder says how it is: soon after rows came, with what wakes it anyway, and now and then while none do."""

from pathlib import Path

from resolver.recorder.config_looks import IDLE_SECONDS
from resolver.recorder.told_status import SOON_SECONDS, STATUS_SECONDS, ToldStatus


def test_rows_are_told_of_soon_and_once(tmp_path: Path) -> None:
    said = ToldStatus(tmp_path)
    assert said.is_due(100.0, 0.0) and said.due == 100.0 + IDLE_SECONDS
    said.arrived(100.5)
    said.arrived(101.0)
    assert said.due == 100.5 + STATUS_SECONDS, "more rows do not put it off"
    assert not said.is_due(101.4, 0.0)
    assert said.is_due(100.5 + STATUS_SECONDS - SOON_SECONDS, 0.0), "with what wakes it so shortly before"
    assert not said.is_due(102.0, 0.0)


def test_while_nothing_comes_it_goes_with_what_else_is_due(tmp_path: Path) -> None:
    said = ToldStatus(tmp_path)
    assert said.is_due(100.0, 0.0)
    assert not said.is_due(101.0, 1.0)
    assert said.is_due(101.6, 1.0)
