# SPDX-License-Identifier: GPL-3.0-or-later
"""network: this machine and the home's network around it. Nothing below it but wire.

    `ip -j` ─► iproute ─► own_addresses, routes ─► local_network (what is the home's, what this machine answers)
                       ─► neighbours     (which MAC address stands behind an address, read now and then)
    netlink ─► neighbour_events           (the same, told as it changes: for who must know at once)
    netlink ─► link_events                (that interfaces, addresses or routes changed, as they do)
    lease_lines ─► lease_files            (what DHCP servers and hosts files say of addresses)
    multicast ─► mdns, ssdp ─► upnp_description  (what devices announce of themselves; friendly_names cleans it)
    /proc   ─────────────► home_networks (who is at home, for the resolver: no program is started)

Order to read: address_sets (addresses and networks, parsed before anything else), home_networks, iproute with
own_addresses and routes, rtnetlink (what the kernel sends) with address_flags, local_network, neighbours and
neighbour_events, link_events, lease_lines with lease_files, multicast with mdns and ssdp, places (who may have how
many connections to us), helper_thread (where this machine allows no more threads). What cannot be found out is left
empty, and never guessed.
"""
