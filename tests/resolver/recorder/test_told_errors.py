# SPDX-License-Identifier: GPL-3.0-or-later
import logging

import pytest
from clock import Clock

from resolver.recorder.told_errors import REPORT_SECONDS, ToldErrors


def test_what_goes_wrong_many_times_a_second_is_a_line_a_minute(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock, errors = Clock(monkeypatch), ToldErrors()
    assert errors.last == ""
    with caplog.at_level(logging.ERROR):
        for _ in range(100):
            errors.tell("nothing can be written", OSError("full"))
        clock.now += REPORT_SECONDS
        errors.tell("nothing can be written", OSError("full"))
    assert errors.last == "nothing can be written (full)" and len(caplog.records) == 2
