# SPDX-License-Identifier: GPL-3.0-or-later
"""However often health is wanted, DNS is asked seldom."""

from typing import Any

import pytest

from webui.http import kept_probe
from webui.http.kept_probe import KEPT_SECONDS, KeptProbe

SERVER = ("127.0.0.1", 5300)


def test_the_result_is_kept_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    clock, result = [1000.0], [0.4]

    def ask(*what: Any) -> float | None:
        asked.append(what)
        return result[0]

    monkeypatch.setattr(kept_probe.probe, "ask", ask)
    monkeypatch.setattr(kept_probe.time, "monotonic", lambda: clock[0])
    keeper = KeptProbe()
    assert [keeper.answers(SERVER, "telltale") for _ in range(20)] == [True] * 20
    assert asked == [(SERVER, "telltale")]
    result[0] = None
    clock[0] += KEPT_SECONDS
    assert keeper.answers(SERVER, "telltale")
    clock[0] += 0.1
    assert not keeper.answers(SERVER, "telltale")
    assert len(asked) == 2
