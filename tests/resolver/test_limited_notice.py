# SPDX-License-Identifier: GPL-3.0-or-later
import logging
from types import SimpleNamespace

import pytest

from resolver import limited_notice
from resolver.limited_notice import LIMITED_SECONDS, LimitedNotice


def socket_of(loudest: bytes) -> SimpleNamespace:
    return SimpleNamespace(shares=SimpleNamespace(loudest=loudest))


def test_it_is_said_once_a_minute_and_only_when_there_are_more(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limited_notice, "name_of", bytes.decode)
    caplog.set_level(logging.WARNING)
    notice = LimitedNotice()
    notice.tell(0, [], 0.0)
    notice.tell(5, [*map(socket_of, (b"b", b"a", b"", b"d", b"c", b"a")), object()], 1.0)
    notice.tell(9, [], 2.0)
    notice.tell(12, [], 1.0 + LIMITED_SECONDS)
    notice.tell(12, [], 1.0 + 2 * LIMITED_SECONDS)
    assert [record.getMessage().split()[0] for record in caplog.records] == ["5", "7"]
    assert caplog.records[0].getMessage().endswith("from a, b, c")
