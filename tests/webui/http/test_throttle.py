# SPDX-License-Identifier: GPL-3.0-or-later
from hypothesis import given
from hypothesis import strategies as st

from webui.http import throttle
from webui.http.throttle import Throttle


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_after_the_burst_an_address_waits_and_another_does_not() -> None:
    clock = Clock()
    gate = Throttle(clock)
    assert [gate.take("192.168.1.5") for _ in range(throttle.ADDRESS_BURST)] == [0.0] * throttle.ADDRESS_BURST
    assert 0 < gate.take("192.168.1.5") <= throttle.ADDRESS_REFILL_SECONDS
    assert gate.take("192.168.1.6") == 0.0


def test_waiting_as_long_as_told_is_enough() -> None:
    clock = Clock()
    gate = Throttle(clock)
    for _ in range(throttle.ADDRESS_BURST):
        gate.take("192.168.1.5")
    clock.now += gate.take("192.168.1.5") + 0.001
    assert gate.take("192.168.1.5") == 0.0
    assert gate.take("192.168.1.5") > 0.0


def test_the_right_password_clears_what_the_address_had_run_up() -> None:
    gate = Throttle(Clock())
    for _ in range(throttle.ADDRESS_BURST):
        gate.take("192.168.1.5")
    gate.forgive("192.168.1.5")
    assert gate.take("192.168.1.5") == 0.0


def test_many_addresses_share_the_bucket_of_the_house() -> None:
    gate = Throttle(Clock())
    tries = [gate.take(f"10.0.{number // 250}.{number % 250}") for number in range(throttle.HOUSE_BURST + 1)]
    assert tries[-1] > 0.0 and not any(tries[:-1])


def test_an_ipv6_neighbour_counts_with_its_whole_network() -> None:
    gate = Throttle(Clock())
    for number in range(throttle.ADDRESS_BURST):
        gate.take(f"fd00::{number + 1:x}")
    assert gate.take("fd00::abcd") > 0.0
    assert gate.take("fd00:0:0:1::1") == 0.0


def test_an_ipv4_address_is_the_same_however_it_is_written() -> None:
    gate = Throttle(Clock())
    for _ in range(throttle.ADDRESS_BURST):
        gate.take("::ffff:192.168.1.5")
    assert gate.take("192.168.1.5") > 0.0


@given(st.lists(st.text(max_size=80), max_size=300))
def test_the_table_stays_bounded_whatever_is_called_an_address(addresses: list[str]) -> None:
    gate = Throttle(Clock())
    for address in addresses:
        gate.take(address)
    assert len(gate) <= throttle.MAX_ADDRESSES


def test_more_addresses_than_the_table_holds_push_out_the_one_idle_longest() -> None:
    clock = Clock()
    gate = Throttle(clock)
    for number in range(throttle.MAX_ADDRESSES + 50):
        clock.now += throttle.HOUSE_REFILL_SECONDS
        gate.take(f"10.{number // 60000}.{number // 250 % 250}.{number % 250}")
    assert len(gate) == throttle.MAX_ADDRESSES
