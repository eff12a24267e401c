# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are checked for forgery (DNSSEC), and a resolver of one's own: Debian's unbound as a child.

    store settings ─► recursor_plan (pure) ─► unbound_config (pure: text) ─► unbound-checkconf ─► unbound on loopback
    recursive on:        worker ─► unbound ─► root, TLD and name servers of the internet
    dnssec validate:     worker ─► unbound ─► resolver/listen/relay of a worker ─► the chosen upstreams, as ever
    unbound's port ─► RUN/recursor.json ─► the workers, which ask it in the upstreams' place

Only unbound decides whether a signature holds; we write its configuration, start it, look after it and tell of it.
While neither is wanted nothing of this runs, and the distribution's own service is never touched.

The room is flat. Order to read: `recursor_plan`, `unbound_config`, `trust_anchors`, `sane_clock`, `unbound_child`,
`unbound_probe` (whether it answers), `recursor_keeper` (the process).
"""
