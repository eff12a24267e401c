# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left for a helper waits while the machine allows no thread, and is done once it does."""

from __future__ import annotations

import threading

import pytest
from refused_threads import refused_threads
from waiting import HANG_SECONDS

from network.helper_thread import HelperThread, is_refused


def test_it_does_its_work_once_however_often_it_is_started() -> None:
    done: list[str] = []
    helper = HelperThread("helper", lambda: done.append(threading.current_thread().name))
    for _ in range(3):
        helper.start()
    helper.join(HANG_SECONDS)
    assert done == ["helper"]


def test_where_the_machine_allows_none_it_says_so_once_and_begins_later(caplog: pytest.LogCaptureFixture) -> None:
    done = threading.Event()
    helper = HelperThread("helper", done.set)
    with refused_threads():
        for _ in range(3):
            helper.start()
        helper.join(HANG_SECONDS)
    assert len(caplog.records) == 1 and caplog.records[0].getMessage().startswith("helper waits")
    assert not done.is_set()
    helper.start()
    assert done.wait(HANG_SECONDS)
    helper.join(HANG_SECONDS)


def test_a_refusal_is_told_from_other_errors() -> None:
    with refused_threads(), pytest.raises(RuntimeError) as error:
        threading.Thread(target=print).start()
    assert is_refused(error.value)
    assert not is_refused(RuntimeError("threads can only be started once"))
    assert not is_refused(OSError("can't start new thread"))


def test_another_error_is_not_taken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: threading.Thread) -> None:
        raise RuntimeError("something else")

    monkeypatch.setattr(threading.Thread, "start", fail)
    with pytest.raises(RuntimeError, match="something else"):
        HelperThread("helper", print).start()
