# SPDX-License-Identifier: GPL-3.0-or-later
"""The wall against ways around DNS. Nothing stands here yet; this is the plan that the other rooms keep room for.

    store.policy ──► plan (pure) ──► render (pure: nftables text) ──► apply (one transaction)

The wall is one nftables table of ours, replaced whole: the new one holds at once, or the old one stays. It turns a
bypass (port 53 elsewhere, DoT, DoH, HTTPDNS, a raw address) back to Telltale or refuses it, and counts what it caught.

The room is to run as a process of its own, the only one that keeps a privilege (CAP_NET_ADMIN), and listens on
nothing. It may import store and blocklists.
"""
