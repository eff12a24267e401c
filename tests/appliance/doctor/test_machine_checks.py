# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor on the machine."""

import resource
from pathlib import Path

import pytest
from observed import observed

from appliance.doctor import machine_checks
from appliance.doctor.finding import BAD, OK, WARNING


def test_a_clock_that_is_long_before_the_installation(prepared: Path) -> None:
    assert [f.state for f in machine_checks.clock(observed(prepared, now=0.0))] == [BAD]
    assert [f.state for f in machine_checks.clock(observed(prepared))] == [OK]


def test_few_files(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for hard, states in ((1024, [WARNING]), (65536, []), (resource.RLIM_INFINITY, [])):
        monkeypatch.setattr(resource, "getrlimit", lambda _, hard=hard: (1024, hard))
        assert [f.state for f in machine_checks.limits(observed(prepared))] == states
