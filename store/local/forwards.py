# SPDX-License-Identifier: GPL-3.0-or-later
"""Domains, and reverse zones, that other servers answer than the house's: as written, checked, and read by workers."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address, ip_network

from network import own_addresses
from store.base.process_status import SupervisorStatus
from store.base.sentences import say
from store.config import endpoints
from store.config.endpoints import Endpoint
from store.config.upstream_specs import ENCRYPTED, check_upstream, read_upstream
from store.names import rule_names
from wire import addresses
from wire.addresses import Address

MAX_FORWARDS = 500  # domains; a home has a few, a laboratory some dozens, each a row of the look-up in every worker
MAX_UPSTREAMS = 8  # servers of one domain; one and a spare are usual
MAX_SERVERS = 100  # different ones in all forwards: each holds up to sixteen sockets open, in every worker
USUAL = "house"  # in the place of servers: what everybody else asks, an exception within a wider domain
_TIED = ("localhost", "use-application-dns.net", "resolver.arpa")  # answered by us, whoever is asked for the rest


@dataclass(frozen=True, slots=True)
class Forward:
    """A domain with all below it, and its servers' specs in the order of choice; none: the house's."""

    domain: str
    upstreams: tuple[str, ...]


def load(con: sqlite3.Connection) -> tuple[Forward, ...]:
    """All of them by id; what is no list of texts asks nobody. Raises sqlite3.Error."""
    rows = con.execute("SELECT domain, upstreams FROM forward ORDER BY id LIMIT ?", (MAX_FORWARDS,))
    return tuple(Forward(domain, of_text(upstreams)) for domain, upstreams in rows)


def of_text(upstreams: str) -> tuple[str, ...]:
    """The column as specs."""
    try:
        specs = json.loads(upstreams)
    except ValueError:
        return ()
    return tuple(str(spec) for spec in specs) if isinstance(specs, list) else ()


def check_domain(text: str) -> str:
    """The domain in small letters: a name, `*.name`, or a network, which stands for its reverse zone. Raises
    ValueError with a sentence.
    """
    word = text.strip().rstrip(".").lower()
    zone = _reverse_zone(word)
    if zone is not None:
        return zone
    domain = rule_names.normalise(word.removeprefix("*."))
    if domain in _TIED or domain.endswith(".localhost"):
        raise ValueError(say("{domain} is answered here, and nowhere else.", domain=domain))
    return domain


def check_upstreams(specs: Iterable[str], is_ours: Callable[[str], bool] = lambda _spec: False) -> tuple[str, ...]:
    """The specs, each once; none for USUAL alone. `is_ours`: whether one leads back to this appliance, which is
    refused. Raises ValueError with a sentence.
    """
    written = [spec.strip() for spec in specs if spec.strip()]
    if written == [USUAL]:
        return ()
    if not written:
        raise ValueError(say(
            "Name a server for it, such as 192.168.1.1, or '{usual}' for those that everybody else asks.", usual=USUAL
        ))
    checked = tuple(dict.fromkeys(check_upstream(spec) for spec in written))
    if len(checked) > MAX_UPSTREAMS:
        raise ValueError(say("A domain has at most {most} servers.", most=MAX_UPSTREAMS))
    refuse_ours(checked, is_ours)
    return checked


def refuse_ours(specs: Iterable[str], is_ours: Callable[[str], bool]) -> None:
    """Raise ValueError where one of the specs leads back to this appliance; what is no spec, others refuse."""
    for spec in specs:
        try:
            ours = is_ours(spec)
        except ValueError:
            continue
        if ours:
            raise ValueError(say("{spec} is this appliance itself: it would ask itself in a circle.", spec=spec))


def check_room(existing: Mapping[str, Sequence[str]], domain: str, upstreams: Sequence[str]) -> None:
    """Raise ValueError where there are too many already. `existing`: domain → specs of the others."""
    if domain not in existing and len(existing) >= MAX_FORWARDS:
        raise ValueError(say("At most {most} domains can be forwarded.", most=MAX_FORWARDS))
    servers = {spec for specs in (*existing.values(), upstreams) for spec in specs}
    if len(servers) > MAX_SERVERS:
        raise ValueError(say("All forwards together can have at most {most} different servers.", most=MAX_SERVERS))


def leads_here(wanted: Iterable[str], supervisor: SupervisorStatus | None) -> Callable[[str], bool]:
    """Whether an upstream's spec is this appliance: as the supervisor that runs has bound it, else as `wanted`."""
    served = partial(endpoints.encrypted_endpoints, supervisor=supervisor)
    return partial(is_listening, listening=endpoints.dns_endpoints(wanted, supervisor), served=served)


def is_listening(
    spec: str, listening: Iterable[Endpoint], served: Callable[[str], Iterable[Endpoint]] = lambda _scheme: ()
) -> bool:
    """Whether an upstream's spec is an address of this machine at which it is reached: at one of `listening` in plain
    DNS, over TLS, HTTPS and QUIC where `served(scheme)` says.
    """
    upstream = read_upstream(spec)
    try:
        address = addresses.parse(upstream.host)
    except ValueError:
        return False
    host = str(address) if address.version == 4 else upstream.host  # also where it came in the clothes of IPv6
    if upstream.scheme in ENCRYPTED:
        return _is_ours(address, host) and any(_ends(served(upstream.scheme), upstream.port, host))
    named, everywhere = _ends(listening, upstream.port, host)
    return named or (everywhere and _is_ours(address, host))  # the kernel is asked last: a worker looks all the time


def _ends(listening: Iterable[Endpoint], port: int, host: str) -> tuple[bool, bool]:
    """Whether the port is listened at under this host, and under every address."""
    here = [where for where, at in listening if at == port]
    return host in here, any(ip_address(where.partition("%")[0]).is_unspecified for where in here)


def _is_ours(address: Address, host: str) -> bool:
    return address.is_loopback or own_addresses.towards(host) == address


def _reverse_zone(word: str) -> str | None:
    """The reverse zone of a network or an address; None for what is none. ValueError where it is not one zone."""
    try:
        network = ip_network(word, strict=False)
    except ValueError:
        return None
    if network.prefixlen == 0:
        raise ValueError(say("{network} is every address there is; name a network of your own.", network=word))
    zones = sorted(addresses.reverse_zones([network]))
    if len(zones) > 1:
        raise ValueError(say(
            "{network} has {count} reverse zones; name each of them, from {first} on.", network=word,
            count=len(zones), first=zones[0],
        ))  # fmt: skip
    return zones[0]
