# SPDX-License-Identifier: GPL-3.0-or-later
"""The wall against ways around DNS: one nftables table of ours, replaced whole, and what it caught.

    store settings ─┐
    local_network ──┼─► plan (pure) ─► render (pure: text) ─► kernel.apply (checked, then one transaction)
    targets ────────┘                                                      │
                                                          sets that count ◄┘
    workers ─► answer_listener ─► netlink ─► sets of answers    │
                                                      hits ─► store.wall.bypass ─► pages

A device that asks DNS elsewhere on port 53 is answered here, from the address that it asked; DNS over TLS, QUIC and
HTTPS, vendors' HTTP resolvers and addresses that no answer named are refused. In watch mode all of that is counted and
nothing is touched. The wall is off until a person turns it on.

Three promises hold the room together: no other table is ever named; packets to and from this machine itself go through
no chain of ours, so that no plan can cut off its pages or SSH; every element is parsed before it is rendered.

The room is flat. What is held, and by which switch, is one table: `store.config.wall_switches`. Order to read:
`targets`, `doh_lists` and `doh_addresses` with `name_lookup` (what goes into sets), `topology` (what the wall can do
where this machine stands) and `sight` (whether it sees anything there), `plan`, `render`, `kernel` and `netlink`;
`wall` ties them together for the command line, `reconcile` for the process. What was caught: `hits`. "No answer, no
connection": `answer_listener`, `answered_addresses`. The process itself, which alone keeps CAP_NET_ADMIN and listens on
nothing: `process`, kept alive by the keepalive (appliance.powers) while it is wanted (`firewall_wanted`). A machine
becomes the home's way out with `gateway`; for other routers there are `recipes`.
"""
