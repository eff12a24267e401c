# SPDX-License-Identifier: GPL-3.0-or-later
"""What people write into settings: endpoints to listen on, networks, upstreams, ids. Pure; errors are ValueError."""

import contextlib
import ipaddress
import re
from collections.abc import Iterable

from store.base.process_status import SupervisorStatus
from store.base.sentences import say
from store.config.choices import Leave, ScopeKind, either
from store.config.scopes import Scope
from wire import zones

Endpoint = tuple[str, int]  # IP address, port

DNS_PORT = 53
OFF = "off"
MAX_GROUP = 80  # characters of a group's name
MAX_PATH = 1000  # characters of a path; Linux takes 4096
# A socket on all addresses is asked over loopback.
_FROM_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
_SERVED = {"tls": "dot", "https": "https", "quic": "doq"}  # by the scheme of an upstream
_INTERFACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}", re.ASCII)  # 15 bytes in the kernel
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
# Where dnsmasq, Pi-hole, Kea and ISC keep leases, and every system its hosts. OpenWrt's are in /tmp: it is anybody's.
LEASE_FILES = (
    "/etc/hosts", "/var/lib/misc/dnsmasq.leases", "/etc/pihole/dhcp.leases",
    "/var/lib/kea/kea-leases4.csv", "/var/lib/kea/kea-leases6.csv", "/var/lib/dhcp/dhcpd.leases",
)  # fmt: skip


def parse_endpoint(text: str, default_port: int) -> Endpoint:
    """`0.0.0.0:53`, `[::]:53`, `127.0.0.1`, `::1` or `localhost:80` as (IP address, port)."""
    host, port = _split(text.strip())
    if host == "localhost":
        host = "127.0.0.1"
    try:
        address = str(ipaddress.ip_address(host))
    except ValueError:
        raise ValueError(
            f"'{text}' is no address to listen on: write 0.0.0.0:{default_port} or [::]:{default_port}."
        ) from None
    return address, default_port if port is None else _port(port, text)


def dns_endpoints(wanted: Iterable[str], supervisor: SupervisorStatus | None) -> list[Endpoint]:
    """Where DNS is answered: as the supervisor that runs has bound it, else as the settings want it.

    The two differ where a port that nobody chose was taken, and where an option was given at the start.
    """
    bound = []
    for text in supervisor.dns if supervisor else ():
        with contextlib.suppress(ValueError):  # a file may hold anything
            bound.append(parse_endpoint(text, DNS_PORT))
    return bound or [parse_endpoint(text, DNS_PORT) for text in wanted]


def encrypted_endpoints(scheme: str, supervisor: SupervisorStatus | None) -> list[Endpoint]:
    """Where what an upstream's `scheme` asks over is answered: as the supervisor that runs has bound it."""
    kind = _SERVED.get(scheme, "")
    bound = []
    for text in supervisor.encrypted.get(kind, ()) if supervisor else ():
        with contextlib.suppress(ValueError):
            bound.append(parse_endpoint(text, 0))
    return bound


def dns_endpoint(wanted: Iterable[str], supervisor: SupervisorStatus | None) -> Endpoint:
    """The first of them as it is reached from this machine."""
    address, port = dns_endpoints(wanted, supervisor)[0]
    return _FROM_HERE.get(address, address), port


def show_endpoint(endpoint: Endpoint) -> str:
    """`127.0.0.1:53` or `[::1]:53`."""
    address, port = endpoint
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def check_leave(text: str) -> str:
    """Who may let names through: `group:2=ask`, `device:5=yes`; raises ValueError with a sentence."""
    scope_text, _, leave = text.strip().partition("=")
    scope = Scope.parse(scope_text.strip())
    if scope.kind == ScopeKind.HOUSE or leave.strip() not in tuple(Leave):
        hint = f"{ScopeKind.GROUP}:ID=ask, {ScopeKind.DEVICE}:ID=yes"
        raise ValueError(say(
            "'{text}' does not say who may what: write {hint} ({choices}).",
            text=text, hint=hint, choices=either(Leave),
        ))  # fmt: skip
    return f"{scope}={leave.strip()}"


def check_member(text: str) -> str:
    """A device or a group: `device:5`, `group:2`; raises ValueError with a sentence."""
    scope = Scope.parse(text.strip())
    if scope.kind == ScopeKind.HOUSE:
        raise ValueError(say("'{text}' is no device and no group: write {hint}.", text=text,
                             hint=f"{ScopeKind.DEVICE}:ID, {ScopeKind.GROUP}:ID"))  # fmt: skip
    return str(scope)


def check_endpoint(text: str) -> str:
    """The endpoint as it is written, tidied."""
    parse_endpoint(text, 0)
    return text.strip()


def check_served(text: str) -> str:
    """The same, or the word `off`."""
    return OFF if text.strip().lower() == OFF else check_endpoint(text)


def check_network(text: str) -> str:
    """A network such as 100.64.0.0/10, in its plain form."""
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        raise ValueError(say("'{text}' is no network: write 100.64.0.0/10 or fd00::/8.", text=text)) from None


def check_client_subnet(text: str) -> str:
    """A network that upstreams may be told of, or nothing; not so small that it tells which home (RFC 7871, 11.1)."""
    if not text.strip():
        return ""
    network = ipaddress.ip_network(check_network(text))
    most = 24 if network.version == 4 else 56
    if network.prefixlen > most:
        raise ValueError(say("That tells upstreams which home it is: write a /24 of IPv4, or a /56 of IPv6, at most."))
    return str(network)


def check_group(text: str) -> str:
    """The name or number of a group, which may come later, or nothing."""
    name = " ".join(text.split())
    if len(name) > MAX_GROUP or not name.isprintable():
        raise ValueError(say("A name has 1 to {most} printable characters.", most=MAX_GROUP))
    return name


def check_path(text: str) -> str:
    """The absolute path of a file."""
    path = text.strip()
    if not path.startswith("/") or not path.isprintable() or len(path) > MAX_PATH:
        raise ValueError(say("'{text}' is no absolute path of a file.", text=text))
    return path


def check_path_or_nothing(text: str) -> str:
    """The absolute path of a file, or nothing."""
    return check_path(text) if text.strip() else ""


def check_ipv4(text: str) -> str:
    """An IPv4 address or nothing."""
    try:
        return str(ipaddress.IPv4Address(text.strip())) if text.strip() else ""
    except ValueError:
        raise ValueError(say("'{text}' is no IPv4 address.", text=text)) from None


def check_ipv6(text: str) -> str:
    """An IPv6 address or nothing."""
    try:
        return str(ipaddress.IPv6Address(text.strip())) if text.strip() else ""
    except ValueError:
        raise ValueError(say("'{text}' is no IPv6 address.", text=text)) from None


def check_interface(text: str) -> str:
    """The name of a network connection, as the kernel may have it, or nothing."""
    name = text.strip()
    if name and not _INTERFACE.fullmatch(name):
        raise ValueError(say("'{text}' is no network connection: write its name, such as eth0.", text=text))
    return name


def check_host_name(text: str) -> str:
    """A DNS name of letters, digits and hyphens, in small letters."""
    name = text.strip().rstrip(".").lower()
    if len(name) > 253 or not _NAME.fullmatch(name):
        raise ValueError(say("'{text}' is no name: use letters, digits and hyphens.", text=text))
    return name


def check_own_name(text: str) -> str:
    """A host name in small letters that is no zone of others; raises ValueError with what would do.

    Below our own name nobody else has names, where it is one of a home: a zone taken for it would take away all in it
    (pi-hole#3990). Of a name of the public DNS only the name itself is ours, which is let be and warned of.
    """
    name = check_host_name(text)
    if zones.is_zone(name):
        raise ValueError(say(
            "{name} is a zone that others have names in; take a name of its own, such as telltale or telltale.lan.",
            name=name,
        ))
    return name


def check_home_domain(text: str) -> str:
    """The domain below which devices have their names, or nothing; none in which everybody has names. ValueError."""
    if not text.strip():
        return ""
    name = check_host_name(text)
    if zones.is_zone(name) and name not in zones.HOME_ZONES:
        raise ValueError(say(
            "{name} is a zone that others have names in; take home.arpa, lan or a domain of your own.", name=name
        ))
    return name


def own_name_warning(name: str) -> str | None:
    """What is to be said of an own name in the public DNS; None of any other."""
    if not zones.is_public(name):
        return None
    return say(
        "{name} is a name of the public DNS: devices that ask here are led to this appliance, and not to what it has "
        "on the Internet. If that is not meant, take a name such as telltale or telltale.lan.",
        name=name,
    )


def check_list_id(text: str) -> str:
    """An id of a blocklist, as far as its letters tell."""
    word = text.strip()
    if not re.fullmatch(r"[a-z0-9:_-]{1,100}", word):
        raise ValueError(say("'{word}' is no id of a blocklist; `telltale lists` shows them.", word=word[:40]))
    return word


def check_vendor(text: str) -> str:
    """A vendor's name in one line."""
    word = " ".join(text.split())
    if not 0 < len(word) <= 40 or not word.isprintable():
        raise ValueError(say("The name of a vendor has 1 to 40 printable characters."))
    return word


def _split(text: str) -> tuple[str, str | None]:
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            return text, None  # which is no address
        return host, rest[1:] if rest else None
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        return host, port
    return text, None


def _port(text: str, whole: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:6]) <= 65535):
        raise ValueError(say("'{whole}' has no valid port: it is a number from 0 to 65535.", whole=whole))
    return int(text)
