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

Read in this order:

    bed                      what a measure gets: files of queries, the upstream, the servers side by side
    servers, telltale,       what is started, waited for and stopped; `rivals` has a file for each server beside ours,
      rivals/                with its configuration and where that is known from
    measures/                a measure a file: `home` (nobody asks, or little), `memory`, `rate`, `cpu`, `latency`,
                             `life`, `clients`, `workers`, `encrypted`, `compiling`, `log`, `pages`, `disk`
    names, packets, dnsperf, the load; connections and encrypted are for what is forwarded over TLS and HTTPS, homelog
      prober, crowd          writes a log as a home does
    procfs, spending,        the scales: what Linux says of processes, what they take over a span, which machine and
      machine                interpreter it was
    results, yardsticks,     what was found, by what it is judged, what we hold ourselves to, and the page
      targets, report

By themselves: damage (an appliance is hurt), edits (one is edited, and none of its queries may be lost), storm (new TLS
connections), paired (a query's cost in two checkouts side by side), idle (what they cost while little or nothing is
asked), first_page (the pages' process from its start), page_times (each page over a log).
"""
