# SPDX-License-Identifier: GPL-3.0-or-later
"""A crowd of made-up addresses becomes a bounded number of devices, and keeps nobody out who is there."""

from resolver.recorder.newcomers_met import AT_ONCE, FEW, LATER, LATER_SECONDS, NewcomersMet


def crowd(number: int, count: int) -> set[str]:
    return {f"10.{number}.{each // 250}.{each % 250}" for each in range(count)}


def test_a_school_is_met_at_once_and_a_crowd_a_little_at_a_time() -> None:
    met = NewcomersMet(lambda address: False, lambda: 1.8e9)
    assert met.among(crowd(1, 1500), 0.0) == crowd(1, 1500)
    assert met.crowd_at == 0.0
    assert len(met.among(crowd(2, 60_000), 1.0)) == AT_ONCE - 1500 and met.crowd_at == 1.8e9
    for at in range(2, 20):
        assert not met.among(crowd(at, 1000), float(at))
    assert len(met.among(crowd(3, 1000), 1.0 + LATER_SECONDS)) == LATER
    assert len(met.among(crowd(4, 9000), 1e6)) == AT_ONCE, "after a long while there is room again"


def test_whoever_has_a_mac_is_met_whatever_the_crowd_does() -> None:
    met = NewcomersMet(lambda address: address == "192.168.1.7")
    met.among(crowd(1, 9000), 0.0)
    assert met.among({"192.168.1.7", *crowd(2, 500)}, 1.0) == {"192.168.1.7"}


def test_a_few_are_met_just_after_a_crowd_and_those_slowly_then() -> None:
    met = NewcomersMet(lambda address: False)
    met.among(crowd(1, 9000), 0.0)
    assert met.among({"192.168.1.7"}, 1.0) == {"192.168.1.7"}
    assert sum(len(met.among({f"192.168.2.{each}"}, 2.0)) for each in range(200)) <= FEW
    assert not met.among({"192.168.1.8"}, 2.0) and met.among({"192.168.1.8"}, 3.0) == {"192.168.1.8"}
