# SPDX-License-Identifier: GPL-3.0-or-later
"""DHCP for the home, where a household wants it: Debian's dnsmasq as a child, with a configuration that we write.

    store settings, static leases ─┐
    this machine's addresses ──────┴─► lease_plan (checked, pure) ─► dnsmasq_config (pure: text) ─► dnsmasq
    network.dhcp_probe ─► is somebody else handing out addresses here? ─► the keeper waits, and says so
    dnsmasq ─► STATE/dhcp.leases ─► the recorder ─► devices, and names under the home's domain

It is off until a person turns it on, and two servers never begin to hand out addresses side by side unless a person
says that they may. dnsmasq answers no DNS here (port 0).

The room is flat. Order to read: `lease_plan`, `dnsmasq_config`, `dnsmasq_child`, `keeper` (the process that
holds the three powers that it needs: CAP_NET_ADMIN, CAP_NET_RAW, CAP_NET_BIND_SERVICE), `dhcp_wanted` (when there is
one; the keepalive, appliance.powers, starts it), `asking` (how others have the keeper look for another server),
`standing` (how all of it stands), `switch` (on, off and static leases, for the command line, the API and the pages).
"""
