# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that were not reached are told from those whose source is wrong, also by who reads what was stored of them."""

from __future__ import annotations

import pytest

from store.base.process_status import Moment, Statuses, UpdaterStatus
from store.base.sentences import packed, say, together, unpacked
from store.health import health, unreached

REFUSED = say("Not fetched: {why}.", why=unreached.no_server("Connection refused"))
OFFLINE = say("Not fetched: {why}.", why=unreached.no_address("Temporary failure in name resolution"))
GONE = say("Not fetched: {why}.", why=say("its server answered {status}", status="404 Not Found"))


@pytest.mark.parametrize("clause", [REFUSED, OFFLINE])
def test_it_is_known_of_what_was_stored_too(clause: str) -> None:
    stored = packed(together(clause, say("There is no earlier copy of it.")))
    assert unreached.is_unreached(unpacked(stored))


@pytest.mark.parametrize("text", [GONE, "its server cannot be reached (x)", None, ""])
def test_nothing_else_is(text: str | None) -> None:
    assert not unreached.is_unreached(text)


@pytest.mark.parametrize(
    ("errors", "cure"),
    [
        ({"a": REFUSED, "b": OFFLINE}, "on the internet"),
        ({"a": OFFLINE}, "on the internet"),
        ({"a": OFFLINE, "b": GONE}, "say which and why"),
    ],
)
def test_a_home_without_internet_is_not_told_that_its_sources_are_wrong(errors: dict[str, str], cure: str) -> None:
    problems = health.assess(Statuses(updater=UpdaterStatus(errors=errors)), True, Moment(0.0, 0.0)).problems
    assert cure in next(problem.cure for problem in problems if problem.id == "updater_error")
