# SPDX-License-Identifier: GPL-3.0-or-later
"""The wall against ways around DNS: one nftables table of ours, replaced whole, and what it caught.

    store.settings ─┐
    surroundings ───┼─► plan (pure) ─► render (pure: text) ─► kernel.apply (checked, then one transaction)
    targets ────────┘                                                      │
                                                          sets that count ◄┘
    workers ─► answers ─► netlink ─► sets of answers            │
                                                 readings ─► store.bypass ─► pages

A device that asks DNS elsewhere on port 53 is answered here, from the address that it asked; DNS over TLS, QUIC and
HTTPS, vendors' HTTP resolvers and addresses that no answer named are refused. In watch mode all of that is counted and
nothing is touched. The wall is off until a person turns it on.

Three promises hold the room together: no other table is ever named; packets to and from this machine itself go through
no chain of ours, so that no plan can cut off its pages or SSH; every element is parsed before it is rendered.

Order to read: `kinds` (what is held, and the switches), `addresses`, `targets`, `dohlists` and `moving` with `lookup`
(what goes into sets), `situation` with `surroundings` (this machine's addresses) and `standing` (what it can do),
`plan`, `render`, `kernel` and `netlink`; `wall` ties them together for the command line, `tending` for the process.
What was caught: `readings`; what the query log alone tells: `silence`, and `blocklists.services` (whose names are
asked). "No answer, no connection": `hearing`, `answers` with `neighbours`. The process itself, which alone keeps
CAP_NET_ADMIN and listens on nothing: `process`, kept alive by `guard`. A machine becomes the home's way out with
`gateway`; for other routers there are `recipes`.
"""
