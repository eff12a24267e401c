# SPDX-License-Identifier: GPL-3.0-or-later
"""The group of commands about evidence is part of `telltale`."""

from collections.abc import Callable

import pytest

pytestmark = pytest.mark.database


def test_the_group_lists_its_commands(command: Callable[..., tuple[int, str, str]]) -> None:
    code, text, _ = command("evidence", "--help")
    assert code == 0 and "findings" in text and "mute" in text
