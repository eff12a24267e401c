# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that are ours to answer, and never leave the home: the appliance's own, RFC 6761's, canaries, private reverse.

Pure but for `own_address`, which asks the kernel's routing table and sends nothing.
"""

from __future__ import annotations

import socket
from ipaddress import IPv6Address, ip_address

from wire import message, response
from wire.message import Question
from wire.names import to_wire
from wire.types import AA, AAAA, HTTPS, IN, NOERROR, NXDOMAIN, PTR, REFUSED, SVCB, A

TTL = 60  # seconds; our address may change when the router hands out another
NEGATIVE_TTL = 3600
OWN_ZONES = ("home.arpa", "lan", "internal", "local")  # what a client may hang behind our name

# Answered NXDOMAIN with everything below them. RFC 6761 (invalid, test, localhost), 6762 (local), 7686 (onion),
# 8375 (home.arpa), 9476 (alt), ICANN 2024 (internal); the rest is what routers use and no root server should see.
SPECIAL = frozenset({"invalid", "test", "localhost", "local", "onion", "alt", "home.arpa", "internal", "lan", "home",
                     "corp", "localdomain", "intranet", "private", "workgroup"})  # fmt: skip
# Names by which software asks whether it may go around the home's DNS: NXDOMAIN says no (RFC 9462 for DDR).
CANARIES = frozenset({"use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com", "resolver.arpa"})

# RFC 6303 and RFC 7793: reverse zones of addresses that mean something else in every home.
_REVERSE = frozenset(
    {"0.in-addr.arpa", "10.in-addr.arpa", "127.in-addr.arpa", "254.169.in-addr.arpa", "168.192.in-addr.arpa",
     "255.255.255.255.in-addr.arpa", "2.0.192.in-addr.arpa", "100.51.198.in-addr.arpa", "113.0.203.in-addr.arpa",
     "d.f.ip6.arpa", "c.f.ip6.arpa", "8.e.f.ip6.arpa", "9.e.f.ip6.arpa", "a.e.f.ip6.arpa", "b.e.f.ip6.arpa",
     "8.b.d.0.1.0.0.2.ip6.arpa", ".".join("0" * 32) + ".ip6.arpa", "1." + ".".join("0" * 31) + ".ip6.arpa"}
    | {f"{number}.172.in-addr.arpa" for number in range(16, 32)}
    | {f"{number}.100.in-addr.arpa" for number in range(64, 128)}
)  # fmt: skip
# The last labels of all these, and the canaries with what is below them: a name with neither is the public DNS's.
_OUR_TOPS = frozenset(name.rpartition(".")[2] for name in SPECIAL | _REVERSE)
_CANARY_ENDS = tuple(f".{name}" for name in CANARIES)
_LOOPBACK = {A: bytes((127, 0, 0, 1)), AAAA: bytes(15) + b"\1"}
_HOST_TYPES = frozenset({A, AAAA, SVCB, HTTPS})  # what software asks of a host's name
_LOCALHOST_PTR = frozenset({"1.0.0.127.in-addr.arpa", "1." + ".".join("0" * 31) + ".ip6.arpa"})


def health_name(own_name: str) -> str:
    """The name by which the appliance asks itself whether DNS answers: no device's question, so it is not recorded."""
    return f"_health.{own_name}"


def answer(question: Question, own_name: str, client: str) -> bytes | None:
    """The response for a name of ours, or None when the name is none of ours."""
    if question.qclass != IN:
        return response.empty(question, REFUSED)  # CHAOS and the like: nothing about us to tell
    name = question.name
    if is_public(name, own_name):
        return None
    if name == own_name or name in {f"{own_name}.{zone}" for zone in OWN_ZONES}:
        return _address(question, own_address(client, question.qtype))
    if name in ("localhost", health_name(own_name)) or name.endswith(".localhost"):
        return _address(question, _LOOPBACK.get(question.qtype, b""))
    if name in _LOCALHOST_PTR and question.qtype == PTR:
        return _pointer(question, "localhost")
    if question.qtype == PTR and _is_ours(name, client):
        return _pointer(question, f"{own_name}.home.arpa")
    if _leads_nowhere(name, question.qtype) or name.endswith(f".{own_name}"):
        return response.empty(question, NXDOMAIN, soa_ttl=NEGATIVE_TTL)
    return None


def is_public(name: str, own_name: str) -> bool:
    """Whether `name` is surely none of ours: nearly every name, told by a few looks at its end."""
    _, dot, top = name.rpartition(".")
    if not dot or top in _OUR_TOPS or name in CANARIES:
        return False
    return not name.endswith(own_name) and not name.endswith(_CANARY_ENDS)


def own_address(client: str, qtype: int) -> bytes:
    """The address under which `client` reaches us, packed; b"" when there is none of the asked family."""
    family, target = (socket.AF_INET6, "2001:db8::1") if qtype == AAAA else (socket.AF_INET, "192.0.2.1")
    if qtype not in (A, AAAA):
        return b""
    if (":" in client) == (qtype == AAAA):
        target = client
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((target, 53))  # a datagram socket: this looks up the route and sends nothing
            return ip_address(probe.getsockname()[0].partition("%")[0]).packed
    except OSError:
        return b""


def _address(question: Question, address: bytes) -> bytes:
    if not address:
        return response.empty(question, NOERROR, flags=AA, soa_ttl=TTL)
    record = response.address_record(question.qtype, TTL, address)
    return response.build(question, NOERROR, record, (1, 0, 0), flags=AA)


def _pointer(question: Question, name: str) -> bytes:
    data = to_wire(name)
    record = b"\xc0\x0c" + message.RECORD.pack(PTR, IN, TTL, len(data)) + data
    return response.build(question, NOERROR, record, (1, 0, 0), flags=AA)


def _is_ours(name: str, client: str) -> bool:
    """Whether the reverse name is that of the address under which this client reaches us."""
    own = own_address(client, AAAA if ":" in client else A)
    if len(own) == 16:
        return name == IPv6Address(own).reverse_pointer
    return bool(own) and name == ".".join(map(str, reversed(own))) + ".in-addr.arpa"


def _leads_nowhere(name: str, qtype: int) -> bool:
    """Whether the public DNS has no answer for `name`, so that asking would only tell a stranger about the home."""
    if "." not in name and name != "." and qtype in _HOST_TYPES:
        return True  # a bare host name; but a top-level domain's NS, DS or SOA is asked for real
    while name:
        if name in SPECIAL or name in CANARIES or name in _REVERSE:
            return True
        name = name.partition(".")[2]
    return False
