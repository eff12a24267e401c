# SPDX-License-Identifier: GPL-3.0-or-later
"""When a list is to be fetched. Pure."""

import hashlib

from store.config.list_status import Installed
from store.health.unreached import is_unreached

# Lists are fetched at different times, so that a publisher's server is not asked by every home at once.
JITTER = 0.1
# After a failure, twice as long for each further one, up to the usual interval.
FIRST_RETRY_SECONDS = 300
MAX_DOUBLINGS = 20
# But not longer, while it may be this home that is without internet: no publisher's server notices, and a home that was
# cut off for a day is to have its lists within the hour after.
UNREACHED_SECONDS = 3600
# A clock that was wrong when the list was checked (no battery, no network yet) must not stop updates for years.
MAX_AHEAD_SECONDS = 86_400


def due_at(item: Installed, *, has_copy: bool, hours: int, failures: int, now: int) -> int:
    """Return the Unix time at which this list is to be fetched; 0 is at once.

    `hours` is the usual interval, `failures` how often in a row it failed. A list whose `checked_at` was taken away
    (someone asked for an update) is due at once.
    """
    status = item.status
    if status.checked_at is None or status.checked_at > now + MAX_AHEAD_SECONDS:
        return 0
    usual = hours * 3600
    if status.error:
        longest = min(usual, UNREACHED_SECONDS) if is_unreached(status.error) else usual
        return status.checked_at + min(longest, FIRST_RETRY_SECONDS << min(max(failures - 1, 0), MAX_DOUBLINGS))
    if not has_copy:
        return 0
    share = int.from_bytes(hashlib.sha256(f"{item.id} {status.checked_at}".encode()).digest()[:2]) / 65536
    return status.checked_at + int(usual * (1 - JITTER * share))
