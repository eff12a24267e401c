# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for the rows of every table of a backup, whatever they mean: how many, how long, which numbers."""

import ipaddress
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from store.base.sentences import say
from store.config.edit import MAX_RULES
from store.config.session import EditError
from store.household.exceptions import MAX_EXCEPTIONS
from store.household.groups import MAX_GROUPS
from store.household.pauses import MAX_PAUSES
from store.household.schedules import MAX_SCHEDULES
from store.local.finding_states import MAX_STATES
from store.local.forwards import MAX_FORWARDS
from store.local.local_records import MAX_RECORDS

# Of tables that grow by hand; those of the network are bounded where they are made.
MAX_ROWS: Mapping[str, int] = {
    "rule": MAX_RULES, "group": MAX_GROUPS, "schedule": MAX_SCHEDULES, "local_record": MAX_RECORDS,
    "forward": MAX_FORWARDS, "pause": MAX_PAUSES, "exception": MAX_EXCEPTIONS,
    "finding_state": MAX_STATES,
}  # fmt: skip
MAX_TEXT = 4_000  # characters of a value that a person reads; the longest that a page takes has 2,000
MAX_JSON = 256 * 1024  # of a column of lists or settings, as many as a body may have
_JSON = frozenset({("setting", "value"), ("schedule", "windows"), ("group", "upstreams"), ("forward", "upstreams"),
                   ("blocklist", "options")})  # fmt: skip
_TIMES = frozenset({"created_at", "changed_at", "added_at", "decided_at", "first_seen", "last_seen", "last_used",
                    "revoked_at", "until"})  # fmt: skip
_FLAGS = frozenset({"on", "allow", "subdomains", "inverted", "private", "guard"})
_LAST = 253_402_300_799  # the last second of the year 9999: later ones cannot be shown
_MAX_ID = 2**53  # what pages and scripts can say
_MAC = re.compile(r"([0-9a-f]{2}:){5,19}[0-9a-f]{2}", re.ASCII)  # of Ethernet and Wi-Fi six bytes, of others more
_OF_THE_NETWORK = frozenset({"device", "device_name"})  # whose names are shown as hostile text, whatever is in them


def check_count(table: str, rows: Sequence[Any]) -> None:
    """Raise EditError where there are more rows than any page lets in."""
    if len(rows) > (most := MAX_ROWS.get(table, len(rows))):
        raise EditError(say("This backup has {count:,} rows of {table}, and {most:,} is the most.",
                            count=len(rows), table=table, most=most))  # fmt: skip


def check_values(table: str, row: Mapping[str, Any]) -> None:
    """Raise ValueError, with the column, where a value is none of any row's."""
    for column, value in row.items():
        if isinstance(value, str):
            longest = MAX_JSON if (table, column) in _JSON else MAX_TEXT
            fits = len(value) <= longest and (table in _OF_THE_NETWORK or _is_printed(value))
        else:
            fits = value is None or _is_number(column, value)
        if not fits:
            raise ValueError(column)
    if "scope_kind" in row and (row["scope_kind"] == "house") != (row["scope_id"] == 0):
        raise ValueError("scope_id")


def check_mac(text: str) -> None:
    """Raise ValueError for what is no MAC address as they are kept."""
    if not _MAC.fullmatch(text):
        raise ValueError("mac")


def check_network(text: str) -> None:
    """Raise ValueError for what is no address and no network."""
    if "%" in text:  # of a zone nothing is kept
        raise ValueError(text)
    ipaddress.ip_network(text, strict=False)


def _is_printed(text: str) -> bool:
    return text.isprintable() or not any(unicodedata.category(char) == "Cc" and char not in "\t\r\n" for char in text)


def _is_number(column: str, number: int) -> bool:
    if column in _TIMES:
        return 0 <= number <= _LAST
    if column in _FLAGS:
        return number in (0, 1)
    if column == "id" or column.endswith("_id"):
        return (0 if column == "scope_id" else 1) <= number <= _MAX_ID
    return abs(number) <= _MAX_ID
