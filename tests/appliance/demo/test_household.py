# SPDX-License-Identifier: GPL-3.0-or-later
"""The schedule of the household: everything once in a minute, then a home's pace."""

import itertools
import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from appliance.demo.household import BURST_SECONDS, plan, query
from appliance.demo.household_devices import DEVICES, Beat, DemoDevice
from wire.names import to_wire


@given(st.integers(0, 2**32))
def test_queries_come_in_order(seed: int) -> None:
    moments = [moment for moment, _ in itertools.islice(plan(DEVICES, random.Random(seed)), 400)]
    assert moments == sorted(moments)
    assert moments[0] >= 0


@given(st.integers(0, 2**32))
def test_every_name_of_every_device_is_asked_within_half_a_minute(seed: int) -> None:
    soon = itertools.takewhile(lambda due: due[0] < BURST_SECONDS + 2, plan(DEVICES, random.Random(seed)))
    asked = {(ask.device.name, ask.name) for _, ask in soon}
    assert asked >= {(device.name, beat.name) for device in DEVICES for beat in device.beats}


def test_a_settled_household_goes_on_without_a_first_round() -> None:
    first = itertools.takewhile(lambda due: due[0] < BURST_SECONDS, plan(DEVICES, random.Random(1), 1.0, settled=True))
    assert len(list(first)) < sum(len(device.beats) for device in DEVICES) / 2


def test_a_beat_keeps_its_pace() -> None:
    device = DemoDevice("x", "", "", "127.0.0.9", (Beat("often.example", 60), Beat("seldom.example", 600)))
    hour = itertools.takewhile(lambda due: due[0] < 3600, plan([device], random.Random(1), pace=1.0))
    counts = Counter(ask.name for _, ask in hour)
    assert 50 <= counts["often.example"] <= 75
    assert 4 <= counts["seldom.example"] <= 9


def test_a_query_is_a_packet() -> None:
    assert query("a.example", 28, 0x1234) == b"\x12\x34\1\0\0\1\0\0\0\0\0\0" + to_wire("a.example") + b"\0\x1c\0\1"
