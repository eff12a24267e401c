# SPDX-License-Identifier: GPL-3.0-or-later
"""The sockets of the appliance: bound once by the supervisor, inherited by every child that serves them."""

import errno
import ipaddress
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain

from appliance.errors import Complaint
from appliance.process import port_owner
from store.base.sentences import say
from store.config.endpoints import Endpoint
from wire.sockaddr import family, socket_address

# Room for some 20,000 queries while every worker is busy or being restarted; the kernel grants what it allows.
RECEIVE_BUFFER = 4 * 1024 * 1024
# Records wait here while the recorder is restarted; the kernel grants what it allows (208 KiB on most machines).
RECORDS_BUFFER = 4 * 1024 * 1024
# Queries of encrypted connections wait here while a worker is restarted.
HANDED_BUFFER = 1024 * 1024
# Of an encrypted connection, either way: 800 of them hold 400 MB of the kernel's memory at the most (it doubles them),
# instead of 8 GB, to which it would let those grow that send and never read.
CONNECTION_BUFFER = 128 * 1024
BACKLOG = 128
_SO_RCVBUFFORCE = 33  # takes CAP_NET_ADMIN, and then goes beyond net.core.rmem_max
# Not named in every Python that we run on.
_IP_PKTINFO = 8
_IPV6_RECVPKTINFO = 49
_FREE_PORT_TRIES = 20
_IP_FREEBIND, _IPV6_FREEBIND = (socket.IPPROTO_IP, 15), (socket.IPPROTO_IPV6, 78)


class PortBusy(Complaint):
    """Another program holds the port."""


class PortForbidden(Complaint):
    """This user may not bind the port."""


class NoSuchAddress(Complaint):
    """This machine does not have the address (or not the family)."""


@dataclass(slots=True)
class DnsSockets:
    """Bound UDP and listening TCP sockets, non-blocking, one of each for an endpoint; warnings are plain sentences.

    `more_udp` holds further sets like `udp`, on the same endpoints: the kernel spreads clients over all sets.
    """

    udp: list[socket.socket] = field(default_factory=list)
    more_udp: list[list[socket.socket]] = field(default_factory=list)
    tcp: list[socket.socket] = field(default_factory=list)
    endpoints: list[Endpoint] = field(default_factory=list)
    absent: set[Endpoint] = field(default_factory=set)  # of them, those whose address this machine does not have yet
    warnings: list[str] = field(default_factory=list)

    @property
    def here(self) -> list[Endpoint]:
        """The endpoints that can be reached now."""
        return [endpoint for endpoint in self.endpoints if endpoint not in self.absent]

    def close(self) -> None:
        """Give the ports back."""
        for sock in (*self.udp, *self.tcp, *chain.from_iterable(self.more_udp)):
            sock.close()

    def add(self, other: "DnsSockets") -> None:
        """Take over sockets that were bound later, with as many sets."""
        self.udp += other.udp
        self.tcp += other.tcp
        self.endpoints += other.endpoints
        for here, there in zip(self.more_udp, other.more_udp, strict=True):
            here += there

    def share_among(self, workers: int) -> None:
        """Bind as many sets of UDP sockets as there are workers. Raises as `bind_dns` does.

        SO_REUSEPORT is set on the first set only now that it stands: bound without it, it was refused where another
        program, even a second Telltale, holds the port.
        """
        for sock in self.udp if workers > 1 else ():
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        for _ in range(workers - 1):
            self.more_udp.append([
                _bind_udp(address, port, share=True, free=(address, port) in self.absent)
                for address, port in self.endpoints
            ])  # fmt: skip


def bind_dns(endpoints: Iterable[Endpoint]) -> DnsSockets:
    """Bind UDP and TCP for every endpoint, all or nothing.

    A host without IPv6 is a warning for the wildcard `::`, since that is a default and not a wish. Raises PortBusy,
    PortForbidden, NoSuchAddress.
    """
    bound = DnsSockets()
    try:
        for address, port in endpoints:
            try:
                _bind_pair(bound, address, port)
            except NoSuchAddress:
                if address != "::":
                    raise
                bound.warnings.append(say("This machine has no IPv6, so DNS is answered over IPv4 only."))
        if not bound.udp:
            raise NoSuchAddress(say("There is no address left to answer DNS on; name one with --dns 0.0.0.0:53."))
    except BaseException:
        bound.close()
        raise
    return bound


def bind_one(bound: DnsSockets, endpoint: Endpoint, *, free: bool = False) -> None:
    """Add one endpoint. free: also where this machine does not have the address; it is answered there once it has.

    Raises as `bind_dns`.
    """
    _bind_pair(bound, *endpoint, free=free)
    if free:
        bound.absent.add(bound.endpoints[-1])


def is_here(address: str) -> bool:
    """Whether this machine has the address now."""
    try:
        with socket.socket(family(address), socket.SOCK_DGRAM) as sock:
            sock.bind(socket_address(address, 0))
    except OSError:
        return False
    return True


def bind_web(endpoint: Endpoint) -> socket.socket:
    """The listening socket of the pages and the API. Raises as `bind_dns` does."""
    return _bind_tcp(*endpoint)


def bind_encrypted(kind: str, endpoint: Endpoint) -> socket.socket:
    """The socket for DNS over TLS or HTTPS, on which nobody listens yet, or over QUIC. Raises as `bind_dns` does."""
    address, port = endpoint
    if kind == "doq":
        return _bind_udp(address, port)
    sock = _open(address, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):  # connections inherit it
        sock.setsockopt(socket.SOL_SOCKET, option, CONNECTION_BUFFER)
    _bind(sock, address, port, "tcp")
    return sock


def handed_pair() -> tuple[socket.socket, socket.socket]:
    """(end of the process that ends encrypted connections, worker's end): one message is queries or responses."""
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in ends:
        end.setblocking(False)
        _enlarge(end, socket.SO_SNDBUF, HANDED_BUFFER)
        _enlarge(end, socket.SO_RCVBUF, HANDED_BUFFER)
    return ends


def records_pair() -> tuple[socket.socket, socket.socket]:
    """(write end, read end) of the way from a worker to the recorder: one message is one batch of records."""
    write_end, read_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in (write_end, read_end):
        end.setblocking(False)
        _enlarge(end, socket.SO_SNDBUF, RECORDS_BUFFER)
        _enlarge(end, socket.SO_RCVBUF, RECORDS_BUFFER)
    return write_end, read_end


def _bind_pair(bound: DnsSockets, address: str, port: int, *, free: bool = False) -> None:
    """UDP and TCP on the same port; with port 0 a free one is looked for (tests, the demo)."""
    for attempt in range(_FREE_PORT_TRIES):
        udp = _bind_udp(address, port, free=free)
        chosen = int(udp.getsockname()[1])
        try:
            tcp = _bind_tcp(address, chosen, free=free)
        except PortBusy:
            udp.close()
            if port != 0 or attempt == _FREE_PORT_TRIES - 1:
                raise
            continue
        except BaseException:
            udp.close()
            raise
        bound.udp.append(udp)
        bound.tcp.append(tcp)
        bound.endpoints.append((address, chosen))
        return


def _bind_udp(address: str, port: int, *, share: bool = False, free: bool = False) -> socket.socket:
    sock = _open(address, socket.SOCK_DGRAM, free=free)
    if share:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if ipaddress.ip_address(address).is_unspecified:
        # On a wildcard the response must leave from the address that the query came to, or the client ignores it.
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVPKTINFO, 1)
        else:
            sock.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
    _enlarge(sock, socket.SO_RCVBUF, RECEIVE_BUFFER)
    _bind(sock, address, port, "udp")
    return sock


def _bind_tcp(address: str, port: int, *, free: bool = False) -> socket.socket:
    sock = _open(address, socket.SOCK_STREAM, free=free)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    _bind(sock, address, port, "tcp")
    try:
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        raise _explain(error, address, port, "tcp") from None
    return sock


def _open(address: str, kind: socket.SocketKind, *, free: bool = False) -> socket.socket:
    try:
        sock = socket.socket(family(address), kind)
    except OSError:
        raise NoSuchAddress(say(
            "This machine cannot use {address}; name another with --dns or --web.", address=address
        )) from None
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if free:
        sock.setsockopt(*(_IPV6_FREEBIND if sock.family == socket.AF_INET6 else _IP_FREEBIND), 1)
    sock.setblocking(False)
    return sock


def _bind(sock: socket.socket, address: str, port: int, kind: str) -> None:
    try:
        sock.bind(socket_address(address, port))
    except OSError as error:
        sock.close()
        raise _explain(error, address, port, kind) from None


def _explain(error: OSError, address: str, port: int, kind: str) -> Complaint:
    """The failed bind in one sentence: what stands in the way, and the cure."""
    where = say("{protocol} port {port} on {address}", protocol=kind.upper(), port=port, address=address)
    if error.errno == errno.EADDRINUSE:
        holder = port_owner.find(address, port, kind)
        if holder is None:
            return PortBusy(say("{where} is in use by another program; stop it or choose another port.", where=where))
        described, cure = holder.described, holder.cure
        return PortBusy(say("{where} is held by {found}; {cure}.", where=where, found=described, cure=cure))
    if error.errno in (errno.EACCES, errno.EPERM):
        cure = say("start as root, give it CAP_NET_BIND_SERVICE, or choose one above 1023")
        return PortForbidden(say("This user may not use {where}; {cure}.", where=where, cure=cure))
    if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.ENXIO, errno.ENODEV, None):
        return NoSuchAddress(say(
            "This machine has no address {address}; `ip address` shows those it has.", address=address
        ))
    return Complaint(say(
        "{where} could not be opened ({error}); choose another with --dns or --web.", where=where, error=error.strerror
    ))


def _enlarge(sock: socket.socket, option: int, size: int) -> None:
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, option, size)
    if option == socket.SO_RCVBUF:
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, struct.pack("i", size))
