# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstreams as people write them: an address, in plain DNS, or a server that is asked over TLS, HTTPS or QUIC. Pure.

    9.9.9.9   9.9.9.9:53   [2620:fe::fe]:53   udp://…   tcp://…
    tls://dns.quad9.net   tls://9.9.9.9#dns.quad9.net   https://dns.quad9.net/dns-query   quic://dns.adguard-dns.com

Behind `#` stands the name that the certificate must bear, where the server is given by its address. Errors are
ValueError with a sentence that says what would do.
"""

import ipaddress
import re
from dataclasses import dataclass

from store.base.sentences import say
from wire import addresses

PORTS = {"udp": 53, "tcp": 53, "tls": 853, "https": 443, "quic": 853}
ENCRYPTED = frozenset({"tls", "https", "quic"})
DOH_PATH = "/dns-query"  # RFC 8484's own example, and everybody's habit
MAX_SPEC = 300  # characters; a long path of a provider's has some sixty
_HOST = re.compile(r"(?=.{1,253}\Z)(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))+", re.ASCII)
_PATH = re.compile(r"/[!-\"$-+\--z|~]*", re.ASCII)  # what a browser sends, less braces, # and the comma between SPECs


@dataclass(frozen=True, slots=True)
class UpstreamSpec:
    """`host`: an address, or a name that must be looked up first; `name`: what the certificate must bear, "" in plain
    DNS; `path`: of HTTPS alone."""

    scheme: str
    host: str
    port: int
    name: str = ""
    path: str = ""

    @property
    def encrypted(self) -> bool:
        return self.scheme in ENCRYPTED


def check_upstream(text: str) -> str:
    """The SPEC as it is written, tidied. Raises ValueError."""
    read_upstream(text)
    return text.strip()


def check_bootstrap(text: str) -> str:
    """A server that is asked for the addresses of others, so it is given by its own. Raises ValueError."""
    if not is_address(read_upstream(text).host):
        raise ValueError(say(
            "'{text}' would have to be looked up itself: write a server's address, such as 9.9.9.9, or "
            "tls://9.9.9.9#dns.quad9.net.", text=text,
        ))  # fmt: skip
    return text.strip()


def is_encrypted(text: str) -> bool:
    """Whether a SPEC, valid or not, asks for encrypted DNS."""
    return text.strip().partition("://")[0].lower() in ENCRYPTED


def is_address(host: str) -> bool:
    """Whether a SPEC's host needs no look-up."""
    return _address(host) is not None


def read_upstream(text: str) -> UpstreamSpec:
    """What `text` says. Raises ValueError."""
    written = text.strip()
    if len(written) > MAX_SPEC:
        raise ValueError(say("An upstream has at most {most} characters.", most=MAX_SPEC))
    scheme, mark, rest = written.partition("://")
    scheme = scheme.lower() if mark else "udp"
    if scheme in ("h3", "sdns"):
        raise ValueError(say("Upstream '{text}': '{scheme}' is not spoken here; use https://, tls:// or quic://.",
                             text=text, scheme=scheme))  # fmt: skip
    if scheme not in PORTS:
        raise ValueError(say("Upstream '{text}': '{scheme}' is unknown; use udp://, tcp://, tls://, https:// or "
                             "quic://.", text=text, scheme=scheme))  # fmt: skip
    rest, mark, name = (rest if mark else written).partition("#")
    path = ""
    if scheme == "https":
        rest, slash, path = rest.removesuffix("{?dns}").partition("/")
        path = _checked_path(slash + path, text)
    if scheme not in ENCRYPTED:
        return _plain(scheme, rest, mark + name, text)
    host, port = _host_and_port(rest, PORTS[scheme], text)
    if _address(host) is None:
        host = _checked_name(host, text)
    return UpstreamSpec(scheme, host, port, _checked_name(name, text) if mark else host, path)


def _plain(scheme: str, rest: str, name: str, text: str) -> UpstreamSpec:
    host, port = _host_and_port(rest, PORTS[scheme], text)
    if name or _address(host) is None:
        raise ValueError(say(
            "Upstream '{text}' is no IP address: write 9.9.9.9 or [2620:fe::fe]:53; a name stands in encrypted ones "
            "alone, as in tls://dns.quad9.net.", text=text,
        ))  # fmt: skip
    return UpstreamSpec(scheme, host, port)


def _host_and_port(rest: str, default: int, text: str) -> tuple[str, int]:
    host, port = rest, ""
    if rest.startswith("["):
        host, _, behind = rest[1:].partition("]")
        if behind:
            port = behind[1:] if behind[0] == ":" else "?"
    elif rest.count(":") == 1:
        host, _, port = rest.partition(":")
    if (rest.endswith(":") and rest.count(":") == 1) or (port and not _is_port(port)):
        raise ValueError(say("'{whole}' has no valid port: it is a number from 1 to 65535.", whole=text))
    if port and int(port) == 0:
        raise ValueError(say("Upstream '{text}' cannot have port 0.", text=text))
    address = _address(host)
    if address is not None and (address.is_unspecified or address.is_multicast):
        raise ValueError(say("Upstream '{text}' is no server's address: it stands for many, or for none.", text=text))
    return (str(address) if address is not None else host), int(port) if port else default


def _checked_name(name: str, text: str) -> str:
    lower = name.lower().rstrip(".")
    if _address(lower) is None and not _HOST.fullmatch(lower):
        raise ValueError(say(
            "Upstream '{text}': '{name}' is no name of a server: write one such as dns.quad9.net, in its form of plain "
            "letters.", text=text, name=name,
        ))  # fmt: skip
    return lower


def _checked_path(path: str, text: str) -> str:
    if path and not _PATH.fullmatch(path):
        raise ValueError(say("Upstream '{text}': its path holds characters that no address of a page has.", text=text))
    return path if path not in ("", "/") else DOH_PATH


def _is_port(port: str) -> bool:
    return port.isascii() and port.isdigit() and int(port[:6]) <= 65_535


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return addresses.plain(ipaddress.ip_address(host))
    except ValueError:
        return None
