# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from store.base.durations import parse_seconds


def test_seconds_minutes_hours_and_days() -> None:
    assert [parse_seconds(text) for text in ("90s", "15m", " 2H ", "3d")] == [90, 900, 7200, 259_200]


@pytest.mark.parametrize("text", ["", "15", "m", "0m", "-5m", "1.5h", "1h30m", "15 m", "٥m", "999999999s", "5w"])
def test_anything_else_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write 90s, 15m, 2h or 3d"):
        parse_seconds(text)
