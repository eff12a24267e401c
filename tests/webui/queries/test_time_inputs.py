# SPDX-License-Identifier: GPL-3.0-or-later
from datetime import datetime

import pytest

from webui.queries import time_inputs


def test_a_moment_as_its_field_needs_it() -> None:
    assert time_inputs.time_input("", 0) == time_inputs.TimeInput()
    field = time_inputs.time_input("-1h", 1_795_003_600_000_000)
    assert (field.given, field.at) == ("-1h", "2026-11-18T11:06:40.000Z")
    assert datetime.fromisoformat(field.local).timestamp() == 1_795_000_000 // 60 * 60


@pytest.mark.parametrize(
    "edge", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00", "253402300799", "0", "-99999999w"]
)
def test_the_edges_of_the_calendar_are_no_error(edge: str) -> None:
    assert time_inputs.time_input(edge, 1_795_003_600_000_000).given == edge
