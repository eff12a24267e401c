# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that are ours to answer, and never leave the home: the appliance's own, RFC 6761's, canaries, private reverse.

Pure but for `own_address`, which asks the kernel's routing table and sends nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address

from network.own_addresses import towards, way_out
from store.config.known_settings import ALLOW
from store.config.settings import Settings
from wire import addresses, response, zones
from wire.message import Question
from wire.names import to_wire
from wire.resource_records import pack
from wire.types import AA, AAAA, DS, HINFO, HTTPS, IN, NOERROR, NXDOMAIN, PTR, REFUSED, SVCB, A

TTL = 60  # seconds; our address may change when the router hands out another
NEGATIVE_TTL = 3600
USUAL_DOMAIN = "home.arpa"  # RFC 8375
OWN_ZONES = ("home.arpa", "lan", "internal", "local")  # what a client may hang behind our name

# Answered NXDOMAIN with everything below them. RFC 6761 (invalid, test, localhost), 6762 (local), 7686 (onion),
# 8375 (home.arpa), 9476 (alt), ICANN 2024 (internal); the rest is what routers use and no root server should see.
SPECIAL = frozenset({"invalid", "test", "localhost", "local", "onion", "alt", "home.arpa", "internal", "lan", "home",
                     "corp", "localdomain", "intranet", "private", "workgroup"})  # fmt: skip
# Names by which software asks whether it may go around the home's DNS: NXDOMAIN says no (RFC 9462 for DDR). Of some the
# home chooses: setting → the names that it is about.
CANARIES_BY_SETTING: Mapping[str, frozenset[str]] = {
    "canary_firefox": frozenset({"use-application-dns.net"}),
    "canary_private_relay": frozenset({"mask.icloud.com", "mask-h2.icloud.com"}),
}
CANARIES = frozenset({"resolver.arpa"}).union(*CANARIES_BY_SETTING.values())

# Reverse zones of addresses that mean something else in every home.
_REVERSE = addresses.reverse_zones(addresses.LOCALLY_SERVED)
# The last labels of all these, and the canaries with what is below them: a name with neither is the public DNS's.
OUR_TOPS = frozenset(name.rpartition(".")[2] for name in SPECIAL | _REVERSE)
_CANARY_ENDS = tuple(f".{name}" for name in CANARIES)
_LOOPBACK = {A: bytes((127, 0, 0, 1)), AAAA: bytes(15) + b"\1"}
HOST_TYPES = frozenset({A, AAAA, SVCB, HTTPS})  # what software asks of a host's name
_LOCALHOST_PTR = frozenset(ip_address(address).reverse_pointer for address in ("127.0.0.1", "::1"))


def health_name(own_name: str) -> str:
    """The name by which the appliance asks itself whether DNS answers: no device's question, so it is not recorded."""
    return f"_health.{own_name}"


def ours(question: Question, own_name: str, client: str, domain: str = USUAL_DOMAIN) -> bytes | None:
    """The response for a name of the appliance itself, which nobody can take away; None: it is none.

    `domain`: the home's, below which we have our name too.
    """
    if question.qclass != IN:
        return response.empty(question, REFUSED)  # CHAOS and the like: nothing about us to tell
    name, below = question.name, f"{own_name}.{domain}"
    if is_public(name, own_name) and name != below:
        return None
    if name in (own_name, below) or name in {f"{own_name}.{zone}" for zone in OWN_ZONES}:
        return _address(question, own_address(client, question.qtype))
    if name == health_name(own_name):
        return _address(question, _LOOPBACK.get(question.qtype, b""))
    if question.qtype == PTR and name not in _LOCALHOST_PTR and _is_ours(name, client):
        return _pointer(question, f"{own_name}.{domain or USUAL_DOMAIN}")
    return None


def designated_by(client: str) -> list[bytes]:
    """The addresses under which `client` reaches us, packed, that of its own family first."""
    order = (AAAA, A) if ":" in client else (A, AAAA)
    return [address for address in (own_address(client, qtype) for qtype in order) if address]


def of_device(question: Question, own_name: str, domain: str, client: str) -> bytes | None:
    """Our address, for the name by which a device says who it is: its word before our name in the home; None: no such.

    Below a name of the public DNS others may have names, and nobody is told ours.
    """
    server = own_name if "." in own_name else f"{own_name}.{domain or USUAL_DOMAIN}"
    word, _, above = question.name.partition(".")
    if above != server or word.startswith("_") or not zones.is_of_a_home(server):
        return None
    return _address(question, own_address(client, question.qtype))


def canaries(settings: Settings) -> frozenset[str]:
    """Those that are told no."""
    allowed = (names for key, names in CANARIES_BY_SETTING.items() if getattr(settings, key) == ALLOW)
    return CANARIES.difference(*allowed)


def built_in(question: Question, own_name: str, canaries: frozenset[str] = CANARIES) -> bytes | None:
    """The response for a name that the public DNS cannot know, unless a rule of the home's own is about it.

    `canaries`: those that are told no.
    """
    name = question.name
    if is_public(name, own_name):
        return None
    if name == "localhost" or name.endswith(".localhost"):
        return _address(question, _LOOPBACK.get(question.qtype, b""))
    if name in _LOCALHOST_PTR and question.qtype == PTR:
        return _pointer(question, "localhost")
    if _leads_nowhere(name, question.qtype, canaries) or (_is_local(own_name) and name.endswith(f".{own_name}")):
        return denied(question)
    return None


def denied(question: Question) -> bytes:
    """The response for a name that there is not, and that nobody else is asked about."""
    return response.empty(question, NXDOMAIN, soa_ttl=NEGATIVE_TTL)


def any_type(question: Question) -> bytes:
    """The response to a question for every type there is: a record that says so, and nothing to amplify (RFC 8482)."""
    return response.build(question, NOERROR, pack(HINFO, NEGATIVE_TTL, b"\x07RFC8482\0"), (1, 0, 0))


def without_data(question: Question) -> bytes:
    """The response for a name that there is, if only for others below it."""
    return response.empty(question, NOERROR, flags=AA, soa_ttl=TTL)


def is_public(
    name: str, own_name: str, tops: frozenset[str] = OUR_TOPS, near: frozenset[str] = frozenset()
) -> bool:  # fmt: skip
    """Whether `name` is surely none of ours: nearly every name, told by a few looks at its end.

    `tops`: last labels, and `near`: last two, of the names that the home has a word on (`HomeZone`).
    """
    _, dot, top = name.rpartition(".")
    if not dot or top in tops or name in CANARIES:
        return False
    if near and name[name.rfind(".", 0, -len(top) - 1) + 1 :] in near:
        return False
    return not name.endswith(own_name) and not name.endswith(_CANARY_ENDS)


def own_address(client: str, qtype: int) -> bytes:
    """The address under which `client` reaches us, packed; b"" when there is none of the asked family."""
    if qtype not in (A, AAAA):
        return b""
    version = 6 if qtype == AAAA else 4
    met = towards(client) if (":" in client) == (version == 6) else way_out(version)
    return b"" if met is None else met.packed


def _address(question: Question, address: bytes) -> bytes:
    if not address:
        return response.empty(question, NOERROR, flags=AA, soa_ttl=TTL)
    record = response.address_record(question.qtype, TTL, address)
    return response.build(question, NOERROR, record, (1, 0, 0), flags=AA)


def _pointer(question: Question, name: str) -> bytes:
    return response.build(question, NOERROR, pack(PTR, TTL, to_wire(name)), (1, 0, 0), flags=AA)


def _is_ours(name: str, client: str) -> bool:
    """Whether the reverse name is that of the address under which this client reaches us."""
    own = own_address(client, AAAA if ":" in client else A)
    return bool(own) and name == ip_address(own).reverse_pointer


def _is_local(own_name: str) -> bool:
    """Whether nobody else can have names below ours: of a real domain, all but our own name is the public DNS's."""
    return "." not in own_name or own_name.rpartition(".")[2] in SPECIAL or own_name.endswith(".home.arpa")


def _leads_nowhere(name: str, qtype: int, canaries: frozenset[str]) -> bool:
    """Whether the public DNS has no answer for `name`, so that asking would only tell a stranger about the home."""
    if "." not in name and name != "." and qtype in HOST_TYPES:
        return True  # a bare host name; but a top-level domain's NS, DS or SOA is asked for real
    if qtype == DS and (name == "home.arpa" or name in _REVERSE):
        return False  # the proof that nothing below is signed stands in the zone above (RFC 8375, RFC 6303)
    while name:
        if name in SPECIAL or name in canaries or name in _REVERSE:
            return True
        name = name.partition(".")[2]
    return False
