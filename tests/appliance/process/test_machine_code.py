# SPDX-License-Identifier: GPL-3.0-or-later
"""One crash of machine code may be chance; the second within the hour is the last."""

import signal

import pytest

from appliance.process.machine_code import HOUR, MachineCode
from native.finder import FAULTS, VARIABLE, Way

SEGV = -int(signal.SIGSEGV)


@pytest.mark.parametrize("signum", sorted(FAULTS))
def test_the_second_is_one_too_many_whoever_dies(signum: int) -> None:
    environ: dict[str, str] = {}
    code = MachineCode(environ)
    assert not code.ended(True, -signum, "worker-1", 5.0)
    assert VARIABLE not in environ and not code.left and code.running().way != Way.CRASHED
    assert code.ended(True, SEGV, "worker-2", 5.0 + HOUR)
    assert environ == {VARIABLE: "off"} and code.left
    assert (code.running().way, code.running().crashes) == (Way.CRASHED, 2)


def test_one_that_still_had_it_is_counted_and_changes_nothing() -> None:
    code = MachineCode({})
    assert [code.ended(True, SEGV, "worker-1", now) for now in (1.0, 2.0, 3.0)] == [False, True, False]
    assert code.running().crashes == 3
    assert not code.ended(False, SEGV, "worker-1", 4.0) and code.running().crashes == 3


def test_crashes_that_lie_far_apart_are_chance() -> None:
    code = MachineCode({})
    assert not any(code.ended(True, SEGV, "worker-1", number * (HOUR + 1)) for number in range(5))
    assert not code.left


@pytest.mark.parametrize("code", [0, 1, 139, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP])
def test_other_ends_are_none(code: int) -> None:
    ours = MachineCode({})
    assert not any(ours.ended(True, int(code), "worker-1", 1.0) for _ in range(5)) and not ours.left


def test_a_plain_appliance_stays_as_it_is() -> None:
    code = MachineCode(environ := {})
    assert not any(code.ended(False, SEGV, "worker-1", 1.0) for _ in range(5))
    assert environ == {} and code.running().way != Way.CRASHED
