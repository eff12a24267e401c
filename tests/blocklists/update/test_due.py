# SPDX-License-Identifier: GPL-3.0-or-later
from hypothesis import given
from hypothesis import strategies as st

from blocklists.update.due import FIRST_RETRY_SECONDS, UNREACHED_SECONDS, due_at
from store.base.sentences import say
from store.config.list_status import Installed, ListStatus
from store.health.unreached import no_address

NOW = 1_800_000_000
DAY = 86_400


def due(checked_at: int | None, *, error: str | None = None, has_copy: bool = True, failures: int = 0) -> int:
    status = ListStatus(checked_at=checked_at, error=error)
    item = Installed(id="x", kind="added", title="X", source="http://x", on=True, status=status)
    return due_at(item, has_copy=has_copy, hours=24, failures=failures, now=NOW) - NOW


def test_what_was_never_fetched_or_has_lost_its_copy_is_due_at_once() -> None:
    assert due(None) < 0
    assert due(NOW - 5, has_copy=False) < 0


@given(st.integers(NOW - DAY, NOW))
def test_a_list_is_due_a_little_before_its_interval_is_over(checked_at: int) -> None:
    assert 0.9 * DAY <= due(checked_at) + NOW - checked_at <= DAY


def test_lists_are_not_all_due_at_the_same_time() -> None:
    assert len({due(NOW - second) + second for second in range(50)}) > 40


def test_a_failing_list_is_tried_again_soon_then_less_and_less_often() -> None:
    waits = [due(NOW, error="no", failures=failures) for failures in range(40)]
    assert waits[0] == FIRST_RETRY_SECONDS
    assert waits == sorted(waits) and waits[-1] == DAY
    assert due(NOW, error="no", has_copy=False) == FIRST_RETRY_SECONDS


def test_a_home_that_was_without_internet_for_long_has_its_lists_within_the_hour_after() -> None:
    error = say("Not fetched: {why}.", why=no_address("Temporary failure in name resolution"))
    waits = [due(NOW, error=error, failures=failures) for failures in range(40)]
    assert waits[0] == FIRST_RETRY_SECONDS and waits == sorted(waits) and waits[-1] == UNREACHED_SECONDS


def test_a_clock_that_was_ahead_does_not_stop_updates() -> None:
    assert due(NOW + 400 * DAY) < 0
