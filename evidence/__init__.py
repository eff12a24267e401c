# SPDX-License-Identifier: GPL-3.0-or-later
"""evidence: what the record proves. One finding a file, each a pure function over rows, with its reading beside it.

    store (query log, devices) ─┐
    network (who is up) ────────┼─► rows ─► one finding ─► webui, appliance
    blocklists (whose a name) ──┘

A finding is one thing that the query log shows, together with the rows that show it: a leak (telemetry that was
answered, since nothing blocked it then), a beacon (a name asked for at regular times), a new name, a company that a
device has begun to report to. Reports, idle tests and what-if questions are made of the log's rows themselves.

    querylog.db ──► process (a fork now and then, niced) ──► evidence.db ──► EvidenceReader, findings ──► pages, API

The room reads the query log and changes nothing there; what it finds stands in evidence.db, which may be deleted and is
made again. It may import store, blocklists, network and wire; `whatif` also `resolver`, which decides there as it does
in a worker.

Wings, from the ground up; each may import those before it:

    base      evidence.db: its tables, how hours of the query log come into it, who reads it
    findings  one finding a file, pure: `culprits` (what was blocked of late that something may have waited for),
              `dns_bypass` and `silent_devices` (ways around DNS, and silence), `news` (what a device never asked for
              before), `beacons` (what it asks for at a beat; `beacon_rows` reads it), `leaks` (tracking that was
              answered, and why; by `tracked_hours`, `past` and `leak_sources`), `idle_talk`, `ways_around`; what a
              finding is, its life, and its `cures`; `find_all` and `home_findings` look for all of them after a pass
    whatif    what a change would have done to the queries of the past; what each list is worth
    chain     a digest of each closed day, made with the one before: which row of the log was changed, gone or added
    idle_test a device that is left alone for a while: every name that it asks for then, with its beat; kept in
              idle_tests.db when the log has long let it go
    report_counts  what a report counts of its device or company, and the statements that give the same
    report    what a device, or a company, did in the home, as one file (HTML or JSON) with pictures, limits and the
              statements that count; a process makes it; its check, against itself, the log and the chain
    process   one pass over what is new in the log, the findings, then days and tests that are over; a short process of
              its own
"""
