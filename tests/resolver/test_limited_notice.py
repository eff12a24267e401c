# SPDX-License-Identifier: GPL-3.0-or-later
import logging

import pytest

from resolver.limited_notice import LIMITED_SECONDS, LimitedNotice


def test_it_is_said_once_a_minute_and_only_when_there_are_more(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    notice = LimitedNotice()
    notice.tell(0, [], 0.0)
    notice.tell(5, ["b", "a", "d", "c", "a"], 1.0)
    notice.tell(9, ["a"], 2.0)
    notice.tell(12, ["a"], 1.0 + LIMITED_SECONDS)
    notice.tell(12, ["a"], 1.0 + 2 * LIMITED_SECONDS)
    assert [record.getMessage().split()[0] for record in caplog.records] == ["5", "7"]
    assert caplog.records[0].getMessage().endswith("from a, b, c")
