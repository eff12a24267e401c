# SPDX-License-Identifier: GPL-3.0-or-later
"""Ranges of time as commands take them."""

from __future__ import annotations

import time

import pytest

from appliance.errors import Complaint
from appliance.evidence_cli.asked_range import span_of


def test_a_range_ends_now_or_when_it_is_said() -> None:
    begun = time.time_ns() // 1000
    from_us, to_us = span_of("-2h", "now")
    assert to_us - from_us == 7_200_000_000 and begun <= to_us <= time.time_ns() // 1000
    assert span_of("2026-11-24T10:00:00+00:00", "2026-11-24T10:00:01+00:00") == (
        1_795_514_400_000_000, 1_795_514_401_000_000,
    )  # fmt: skip


@pytest.mark.parametrize(("from_", "to"), [("soon", "now"), ("-2h", "-3h"), ("-1x", "now"), ("now", "now")])
def test_what_is_no_range_is_refused(from_: str, to: str) -> None:
    with pytest.raises(Complaint):
        span_of(from_, to)
