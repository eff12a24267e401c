# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers beside Telltale, each with the same list and the same upstream, configured as its documentation says.

    lists ─► the server's own form ─► prepare (its configuration) ─► command ─► bench.servers.Server runs it

unbound and dnsmasq come with Debian and write no log of their queries here. AdGuard Home, blocky and Pi-hole's FTL are
measured where they are on PATH, with their query logs on, as Telltale's is; `make bench` fetches none of them. What is
known of their command lines and files stands at the top of each; where a release speaks otherwise, it does not start,
and the results say so.
"""

from bench.rivals.adguard import AdGuardHome
from bench.rivals.blocky import Blocky
from bench.rivals.dnsmasq import Dnsmasq
from bench.rivals.pihole import PiholeFtl
from bench.rivals.unbound import Unbound
from bench.servers import Server

RIVALS: tuple[type[Server], ...] = (Unbound, Dnsmasq, AdGuardHome, Blocky, PiholeFtl)
