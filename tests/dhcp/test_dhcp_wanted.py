# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

from dhcp.dhcp_wanted import question_folder, wanted


@pytest.mark.parametrize(("dhcp", "asked"), [("on", False), ("on", True), ("off", True), ("off", False)])
def test_a_keeper_is_wanted_while_it_is_on_or_somebody_asks(tmp_path: Path, dhcp: str, asked: bool) -> None:
    if asked:
        (question_folder(tmp_path) / "dhcp").touch()
    assert wanted(dhcp, tmp_path) is (dhcp == "on" or asked)


def test_a_folder_that_cannot_be_looked_into_ends_nobody(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert not wanted("off", tmp_path / "loop")
