# SPDX-License-Identifier: GPL-3.0-or-later
"""evidence: what the record proves. One finding a file, each a pure function over rows, with its reading beside it.

    store (query log, devices) ─┐
    network (who is up) ────────┼─► rows ─► one finding ─► webui, appliance
    blocklists (whose a name) ──┘

A finding is one thing that the query log shows, together with the rows that show it: a leak (telemetry that was
answered, since nothing blocked it then), a beacon (a name asked for at regular times), a new name, a company that a
device has begun to report to. Reports and what-if questions are made of findings.

So far: `silent_devices` (up, and asking nobody here), `dns_bypass` (resolvers asked for by name, and silence), and
`culprits` (what was blocked of late that something may have waited for).
The room reads the query log and changes nothing. It may import store, blocklists, network and wire.
"""
