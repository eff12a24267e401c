# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

from firewall.firewall_wanted import GATEWAY_FILE, marker, wanted
from store.config.choices import WallMode


@pytest.mark.parametrize("mode", WallMode)
def test_a_process_is_wanted_while_the_wall_is_on(tmp_path: Path, mode: WallMode) -> None:
    assert wanted(mode, tmp_path, tmp_path) is (mode != WallMode.OFF)


def test_and_until_the_table_is_down_and_on_a_gateway(tmp_path: Path) -> None:
    for path in (marker(tmp_path), tmp_path / GATEWAY_FILE):
        path.touch()
        assert wanted("off", tmp_path, tmp_path)
        path.unlink()
        assert not wanted("off", tmp_path, tmp_path)


def test_a_folder_that_cannot_be_looked_into_ends_nobody(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert not wanted("off", tmp_path / "loop", tmp_path / "loop")
