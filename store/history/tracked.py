# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tables of config.db hold decisions, whose changes are recorded and may be undone, and which do not.

A test holds that every table stands in one of the two.
"""

from collections.abc import Mapping

# In the order in which a backup shows them. A table's columns are read from the schema.
TRACKED = (
    "setting", "schedule", "group", "device", "device_mac", "device_name", "device_network",
    "device_merged", "device_group", "client", "blocklist", "toggle", "rule", "wall_switch",
    "safe_search", "local_record", "forward", "dhcp_static",
    "name_correction", "finding_state", "pause", "exception", "request",
)  # fmt: skip

NOT_TRACKED: Mapping[str, str] = {
    "account": "passwords' hashes and secrets of two-step log-in: no secret goes into the history",
    "account_device": "goes with the account: who may log in is said in sentences of the history alone",
    "device_word": "lets a device in from outside: no secret goes into the history",
    "recovery_code": "hashes of what opens a door: no secret goes into the history",
    "session": "who is logged in: secrets, and no decision",
    "token": "tokens' hashes: no secret goes into the history, and what was revoked stays so",
    "meta": "counters of this file",
    "blocklist_status": "what the list update found; it looks again",
    "change": "the history itself",
    "change_row": "the history itself",
}

# What the network shows: it may differ from what a change left, and the change can be undone all the same.
NETWORKS_OWN: Mapping[str, frozenset[str]] = {
    "device": frozenset({"found_name", "found_from", "found_kind", "kind_reason", "maker", "first_seen"}),
    "device_mac": frozenset({"first_seen", "last_seen"}),
    "device_name": frozenset({"name"}),
    "client": frozenset({"how", "mac", "first_seen", "last_seen"}),
}
# Rows that end by themselves: one that is gone needs no taking back.
END_THEMSELVES = frozenset({"pause", "exception", "request"})
# Rows that the network brings back by itself may go along with what they belong to.
COME_BACK = frozenset({"client", "device_mac", "device_name"})
