# SPDX-License-Identifier: GPL-3.0-or-later
"""The known schedule of the demo household comes back from an idle test: names, counts, and beats to five per cent."""

import random
from collections import defaultdict
from collections.abc import Iterator

import pytest
from idle_home import known_facts

from appliance.demo.household import plan
from appliance.demo.household_devices import DEVICES, DemoDevice
from evidence.idle_test import tally
from evidence.idle_test.idle_beat import LEAST_INTERVALS
from evidence.idle_test.idle_test import IdleTest
from evidence.idle_test.result import Limits
from evidence.idle_test.result import TestResult as Result
from evidence.idle_test.tally import AskedRow
from store.log.records import Verdict
from wire.types import type_name

SECOND = 1_000_000
SETTLED_S = 30.0  # at the start every name is asked for once
ENOUGH = 6  # intervals, for a beat that is off by three tenths to show


def idle(device: DemoDevice) -> DemoDevice:
    """Left on the table: nobody browses on it."""
    return DemoDevice(device.name, device.mac, device.maker, device.address, device.beats)


def scheduled(device: DemoDevice, minutes: int, pace: float) -> Iterator[tuple[float, str, int]]:
    """Seconds, name, type of what the household asks for in that time."""
    for at, ask in plan([idle(device)], random.Random(device.name), pace):
        if at >= SETTLED_S + minutes * 60:
            return
        if at >= SETTLED_S:
            yield at, ask.name, ask.qtype


def result_of(rows: list[tuple[float, str, int]], minutes: int) -> Result:
    test = IdleTest(1, 1, "", "", int(SETTLED_S * SECOND), int((SETTLED_S + minutes * 60) * SECOND), None, None, False,
                    False, (), False)  # fmt: skip
    asked = (AskedRow(int(at * SECOND), "", name, type_name(type_), Verdict.PASS, "") for at, name, type_ in rows)
    return tally.result_of(test, asked, known_facts(), Limits(), 0)


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
@pytest.mark.parametrize(("minutes", "pace"), [(60, 6.0), (600, 1.0)])
def test_the_schedule_comes_back(device: DemoDevice, minutes: int, pace: float) -> None:
    rows = list(scheduled(device, minutes, pace))
    beats, queries = defaultdict[str, list[float]](list), defaultdict[str, int](int)
    for at, name, _ in rows:
        queries[name] += 1
        if not beats[name] or at - beats[name][-1] > 1:
            beats[name].append(at)
    result = result_of(rows, minutes)
    assert {name.name for name in result.names} == set(queries) <= {beat.name for beat in device.beats}
    for name in result.names:
        times = beats[name.name]
        assert (name.counts.queries, name.counts.lookups) == (queries[name.name], len(times)), name.name
        if len(times) > ENOUGH >= LEAST_INTERVALS:
            assert name.beat is not None, name.name
            assert name.beat.period_s == pytest.approx((times[-1] - times[0]) / (len(times) - 1), rel=0.05), name.name


def test_with_beats_enough_the_period_is_the_one_that_the_household_is_known_for() -> None:
    """Each interval of it is off by up to three tenths, so a period within five per cent takes some fifty of them."""
    for device in DEVICES:
        known = {beat.name: beat.seconds for beat in device.beats}
        for name in result_of(list(scheduled(device, 600, 6.0)), 600).names:
            if name.counts.lookups > 100:
                assert name.beat is not None and name.beat.period_s == pytest.approx(known[name.name] / 6, rel=0.05)
