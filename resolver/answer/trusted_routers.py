# SPDX-License-Identifier: GPL-3.0-or-later
"""For whom a router asks: a query with options of a router that the settings trust gets the seat of its device.

Such queries have no memo (what has EDNS options is never remembered), so none is answered from another device's; all
others pay for one look whether there are options. A stranger's options are passed over, and none goes to an upstream.
"""

from __future__ import annotations

from network.home_networks import is_at_home
from resolver.answer.query import Query
from resolver.answer.snapshot import Snapshot
from resolver.recorder.buffer import edns_client
from wire import client_options
from wire.addresses import LOOPBACK


def look_behind(query: Query, now: Snapshot) -> Query:
    """The query, with the seat of whom it was asked for, where a trusted router tells that.

    An address outside the home, or of this machine itself, tells nothing.
    """
    if query.seat.refused or not is_at_home(query.client, now.routers):
        return query
    mac, address = client_options.read(query.packet)
    if address and (is_at_home(address, LOOPBACK) or not is_at_home(address, now.networks)):
        address = ""
    if mac or address:
        query.behind = edns_client(address, mac)
        query.seat = now.by_client.get(query.behind) or now.admit_behind(query.behind, address, mac)
    return query
