# SPDX-License-Identifier: GPL-3.0-or-later
"""bench: how fast, how small and how lasting, measured beside others on the same machine in the same run.

    python -m bench [--quick] [--only MEASURE …] [--rounds N] [--names FILE]

    names ─► list, queries          one core: the server under test      results/*.json ─► report ─► docs/performance.md
                 │                  the other: upstream and load                              └─ targets
                 └─► measures ─────► servers ◄── dnsperf, prober, crowd
                        └──────────► procfs: processor, memory, disk of all processes of a server

Absolute figures belong to a machine and an hour; what travels is the ratio to the others in the same run, and the
processor's time a query. Each round asks all servers in turn, so that what else happens on the machine meets them all.
The list of names is made here from a fixed seed; it is like a published one in length and shape, and a copy of none.
Everything stays on loopback.

Read in this order: bed (what a measure gets), servers with telltale and rivals, one a file, then measures, one a file;
names, packets, dnsperf, prober and crowd are the load, procfs the scales; results, targets and report write it down.

encrypted and connections are for what is forwarded over TLS and HTTPS.

By themselves: damage (an appliance is hurt), edits (one is edited, and none of its queries may be lost), paired (a memo
hit in two checkouts side by side), idle (what they cost while little or nothing is asked).
"""
