# SPDX-License-Identifier: GPL-3.0-or-later
"""Short runs are looked at while the house has its state directory, also where it began without."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from appliance.runs import certificate_runs, evidence_runs, insight_runs
from appliance.start import attended_runs

NAMES = ("EvidenceRuns", "InsightRuns", "CertificateRuns")
SECONDS = [evidence_runs.LOOK_SECONDS, insight_runs.LOOK_SECONDS, certificate_runs.LOOK_SECONDS]


def test_runs_begin_once_a_house_that_began_alone_has_its_state_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    looked, regular = list[str](), list[tuple[float, Callable[[], object]]]()
    for name in NAMES:
        monkeypatch.setattr(
            attended_runs, name, lambda *_, name=name: SimpleNamespace(step=lambda: looked.append(name))
        )
    supervisor = SimpleNamespace(note_end=None, every=lambda seconds, action: regular.append((seconds, action)))
    house = SimpleNamespace(state=None, run=None, alone=True)
    attended_runs.watch(supervisor, house, {}, None)  # type: ignore[arg-type]
    assert [seconds for seconds, _ in regular] == SECONDS
    for alone, seen in ((True, []), (False, [*NAMES]), (True, [*NAMES])):
        house.alone = alone
        for _, action in regular:
            action()
        assert looked == seen
