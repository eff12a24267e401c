# SPDX-License-Identifier: GPL-3.0-or-later
"""Who acts is known in a context, and in no other."""

from contextvars import Context

from store.history import acting
from store.history.acting import Acting, Origin


def test_nobody_is_known_until_somebody_says_so() -> None:
    assert Context().run(acting.current).origin == Origin.UNKNOWN


def test_whoever_acts_does_so_in_this_context_alone() -> None:
    somebody = Acting(Origin.TOKEN, "phone")

    def inside() -> Acting:
        acting.begin(somebody)
        return acting.current()

    assert Context().run(inside) is somebody
    assert acting.current() is not somebody


def test_for_a_while() -> None:
    before, somebody = acting.current(), Acting(Origin.COMMAND, "root")
    with acting.as_(somebody):
        assert acting.current() is somebody
    assert acting.current() is before
