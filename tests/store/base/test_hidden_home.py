# SPDX-License-Identifier: GPL-3.0-or-later
"""Who stands for the home, over made logs."""

from __future__ import annotations

import pytest

from store.base.hidden_home import Asked, Cause, HiddenHome, judge

ROUTER, PHONE, TV, PC = 1, 2, 3, 4
ADDRESSES = {ROUTER: ("fd00::1", "192.168.1.1"), PHONE: ("192.168.1.20",), TV: ("192.168.1.21",), PC: ("192.168.1.22",)}
GATEWAY = {"192.168.1.1"}


def made(hours: dict[int, int], minutes: dict[int, int] | None = None, kinds: dict[int, int] | None = None) -> Asked:
    return Asked(hours, minutes or {}, ADDRESSES, kinds or {})


@pytest.mark.parametrize(
    ("asked", "in_container", "cause"),
    [
        (made({ROUTER: 5000}), False, Cause.ROUTER),
        (made({ROUTER: 5000}), True, Cause.CONTAINER),
        (made({ROUTER: 950, PHONE: 50}), False, Cause.ROUTER),
        (made({ROUTER: 850, PHONE: 150}), False, None),
        (made({ROUTER: 150}), False, None),
        (made({PHONE: 5000}), False, None),
        (made({PHONE: 5000}, kinds={PHONE: 3}), False, Cause.MASKED),
        (made({PHONE: 5000}, kinds={PHONE: 2}), False, None),
        (made({PHONE: 950, TV: 50}, kinds={PHONE: 5}), False, None),
        (made({}), False, None),
        (made({9: 5000}), False, None),
        (made({ROUTER: 5000}, {PHONE: 20, TV: 15, PC: 10, ROUTER: 5}), False, None),
        (made({ROUTER: 5000}, {ROUTER: 60, TV: 1, PC: 1}), False, Cause.ROUTER),
        (made({ROUTER: 5000}, {PHONE: 4, TV: 3, PC: 2}), False, Cause.ROUTER),
    ],
)
def test_who_stands_for_the_home(asked: Asked, in_container: bool, cause: Cause | None) -> None:
    home = judge(asked, GATEWAY, in_container)
    assert (home.cause if home else None) == cause
    if cause in (Cause.ROUTER, Cause.CONTAINER):
        assert home and home.address == "192.168.1.1" and home.share >= 0.9


def test_without_a_gateway_nobody_is_the_router() -> None:
    assert judge(made({ROUTER: 5000}), (), False) is None
    assert judge(made({PHONE: 5000}, kinds={PHONE: 4}), (), True) == HiddenHome(Cause.MASKED, "192.168.1.20", 1.0)
