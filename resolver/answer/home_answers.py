# SPDX-License-Identifier: GPL-3.0-or-later
"""Public names that lead into a home on purpose, so that rebinding protection lets them: data, each with its reason.

docs/lists.md names them for people. Any other name is let through by a rule of the home's own that allows it.
"""

from __future__ import annotations

from functools import lru_cache

from store.config import endpoints
from wire import addresses

# By which Windows finds out whether it is online: fd3e:4f5a:5b81::1 for AAAA (Microsoft, "NCSI").
_EXACT = frozenset({"dns.msftncsi.com"})
# The name holds the address: a media server at home with a certificate of its own (Plex).
_BELOW = ("plex.direct",)
# Lists of senders of spam answer 127.0.0.2 and up, which says why (RFC 5782). Only known ones: a page that leads to
# 127.0.0.2 reaches whatever listens on the machine that opens it.
_DNSBL = (
    "spamhaus.org", "spamhaus.net", "spamcop.net", "barracudacentral.org", "sorbs.net", "surriel.com", "uceprotect.net",
    "surbl.org", "uribl.com", "manitu.net", "dnswl.org", "dronebl.org", "mailspike.net", "gbudb.net", "wpbl.info",
    "junkemailfilter.com", "spfbl.net", "s5h.net", "abuseat.org", "backscatterer.org", "nixspam.net", "cymru.com",
)  # fmt: skip
# What routers call themselves; believed of an upstream inside the home alone.
_ROUTERS = (
    "fritz.box", "fritz.nas", "speedport.ip", "easy.box", "o2.box", "congstar.box", "magenta.box", "zyxel.box",
    "tplinkwifi.net", "tplinkmodem.net", "tplinkrepeater.net", "routerlogin.net", "routerlogin.com", "orbilogin.com",
    "mywifiext.net", "router.asus.com", "asusrouter.com", "miwifi.com", "tendawifi.com", "dlinkrouter.com",
    "myrouter.io", "livebox.home", "hitronhub.home", "bthomehub.home", "unifi.ui.com",
)  # fmt: skip
_OWN_LOOPBACK = (b"\0\0\0", b"\0\0\1")  # behind 127: where this machine's own servers are
_ENDS = dict.fromkeys(_BELOW, "any") | dict.fromkeys(_DNSBL, "loopback") | dict.fromkeys(_ROUTERS, "router")


def leads_home_on_purpose(name: str, private: list[bytes], upstream: str) -> bool:
    """Whether a name may have these private addresses (packed) in its answer from `upstream`, a SPEC or ""."""
    if name in _EXACT:
        return True
    match _kind(name):
        case "any":
            return True
        case "loopback":
            return all(address[:1] == b"\x7f" and address[1:] not in _OWN_LOOPBACK for address in private)
        case "router":
            return bool(upstream) and _at_home(upstream)
    return False


def _kind(name: str) -> str:
    while name:
        if name in _ENDS:
            return _ENDS[name]
        name = name.partition(".")[2]
    return ""


@lru_cache(maxsize=64)
def _at_home(upstream: str) -> bool:
    host, _ = endpoints.parse_endpoint(upstream.rpartition("://")[2], 53)
    return addresses.is_private(addresses.parse(host).packed)
