# SPDX-License-Identifier: GPL-3.0-or-later
"""What does not fit in a log, as sentences that name day and row. Pure."""

from datetime import UTC, date, datetime, timedelta

from evidence.chain.verify import Fault, What
from store.base.sentences import Sentence, say

_EPOCH = date(1970, 1, 1)


def fault_sentence(fault: Fault) -> Sentence:
    """Which day and row, and what is wrong with it."""
    day, row, at, line = day_of(fault.day), fault.row, _time(fault.from_us), fault.line
    match fault.what:
        case What.CHANGED:
            return say("{day}, row {row} ({time}): it was changed; now: {line}", day=day, row=row, time=at, line=line)
        case What.MISSING:
            return say("{day}, row {row} ({time}): it is missing.", day=day, row=row, time=at)
        case What.ADDED:
            return say("{day}, row {row} ({time}): it was added: {line}", day=day, row=row, time=at, line=line)
        case What.SEVERAL:
            between = say("three or more rows between {time} and {to} do not fit", time=at, to=_time(fault.to_us))
            return say("{day}, from row {row} on: {between}.", day=day, row=row, between=between)
        case What.LINK:
            return say("{day}: its link of the chain was changed, or one before it taken away.", day=day)
    return say("{day}: its rows do not fit, and nothing says which.", day=day)


def day_of(day: int) -> str:
    """As in 2026-11-29, UTC."""
    return (_EPOCH + timedelta(days=day)).isoformat()


def _time(time_us: int) -> str:
    return datetime.fromtimestamp(time_us / 1_000_000, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
