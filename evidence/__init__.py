# SPDX-License-Identifier: GPL-3.0-or-later
"""What the record proves. Nothing stands here yet; this is the plan that the other rooms keep room for.

    store.querylog ──► rows ──► one finding a file, each a pure function over rows ──► webui, appliance

A finding is one thing that the query log shows, together with the rows that show it: a leak (telemetry that was
answered, since nothing blocked it then), a beacon (a name asked for at regular times), a new name, a company that a
device has begun to report to. Reports and what-if questions are made of findings.

The room reads the query log and changes nothing. It may import store and blocklists.
"""
