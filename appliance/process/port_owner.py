# SPDX-License-Identifier: GPL-3.0-or-later
"""Who holds a port: the process behind a bound socket, found in /proc, and the cure for the usual ones."""

import ipaddress
import socket
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from store.base.sentences import say

PROC = Path("/proc")
# systemd-resolved's stub: always these two addresses, whatever else is configured.
STUB_ADDRESSES = frozenset({"127.0.0.53", "127.0.0.54"})
_LISTEN = "0A"  # the state column of /proc/net/tcp
# Programs that answer DNS, which systemd stops for good; and web servers, which somebody wants.
_SERVICES = frozenset({"dnsmasq", "named", "unbound", "pihole-FTL", "AdGuardHome"})
_WEB_SERVERS = frozenset({"nginx", "apache2", "lighttpd"})


@dataclass(frozen=True, slots=True)
class Holder:
    """A bound socket that stands in the way; pid and command are None where this user may not see them."""

    address: str
    port: int
    pid: int | None
    command: str | None

    @property
    def described(self) -> str:
        """Who it is, and where, as a part of a sentence."""
        where = f"{self.address}:{self.port}"
        if self.is_stub:
            return say("systemd-resolved (on {where})", where=where)
        if self.pid:
            return say("{command} (process {pid}) on {where}", command=self.command, pid=self.pid, where=where)
        return say("another program on {where}", where=where)

    @property
    def is_stub(self) -> bool:
        """Whether this is systemd-resolved's stub listener."""
        return self.address in STUB_ADDRESSES or (self.command or "").startswith("systemd-resolve")

    @property
    def cure(self) -> str:
        """What to do about it, as the end of a sentence."""
        if self.is_stub:
            first, second = resolved_cure()
            return say("free the port with `{first}` and then `{second}`", first=first, second=second)
        if self.command in _SERVICES:
            return say("stop it with `{command}`", command=f"sudo systemctl disable --now {self.command}")
        if self.command in _WEB_SERVERS:
            return say("stop it, or give Telltale's pages another port with --web")
        if self.pid:
            return say("stop it (`sudo kill {pid}`) or choose another port", pid=self.pid)
        return say("choose another port")

    @property
    def advice(self) -> str:
        """The same as a sentence of its own."""
        if self.is_stub:
            first, second = resolved_cure()
            return say("Free the port with `{first}` and then `{second}`.", first=first, second=second)
        if self.command in _SERVICES:
            return say("Stop it with `{command}`.", command=f"sudo systemctl disable --now {self.command}")
        if self.command in _WEB_SERVERS:
            return say("Stop it, or give Telltale's pages another port with --web.")
        if self.pid:
            return say("Stop it (`sudo kill {pid}`) or choose another port.", pid=self.pid)
        return say("Choose another port.")


def resolved_cure() -> tuple[str, str]:
    """The two commands that make systemd-resolved give up port 53 and keep this machine's own look-ups working."""
    return (
        "sudo mkdir -p /etc/systemd/resolved.conf.d && "
        "printf '[Resolve]\\nDNSStubListener=no\\n' | sudo tee /etc/systemd/resolved.conf.d/telltale.conf",
        "sudo ln -sf /run/systemd/resolve/resolv.conf /etc/resolv.conf && sudo systemctl restart systemd-resolved",
    )


def find(address: str, port: int, kind: str, proc: Path = PROC) -> Holder | None:
    """The socket that keeps `address:port` from being bound; kind is `udp` or `tcp`. None when none is found."""
    for bound, inode in _bound(port, kind, proc):
        if _collide(address, bound):
            pid = _owner(inode, proc)
            return Holder(bound, port, pid, _command(pid, proc) if pid else None)
    return None


def parse_table(text: str, port: int, listening_only: bool) -> Iterator[tuple[str, str]]:
    """(address, inode) of the sockets on a port in the text of /proc/net/{udp,tcp}{,6}."""
    for line in text.splitlines()[1:]:
        fields = line.split()
        if len(fields) < 10:
            continue
        address, _, hex_port = fields[1].partition(":")
        if int(hex_port, 16) != port or (listening_only and fields[3] != _LISTEN):
            continue
        yield _decode(address), fields[9]


def _bound(port: int, kind: str, proc: Path) -> Iterator[tuple[str, str]]:
    for name in (kind, f"{kind}6"):
        try:
            text = (proc / "net" / name).read_text()
        except OSError:
            continue
        yield from parse_table(text, port, listening_only=kind == "tcp")


def _decode(raw: str) -> str:
    """`0100007F` or 32 hex digits, in words of the machine's byte order, to an address as people write it."""
    order = "<" if sys.byteorder == "little" else ">"
    words = struct.unpack(f"{order}{len(raw) // 8}I", bytes.fromhex(raw))
    packed = struct.pack(f">{len(words)}I", *words)
    return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)


def _collide(wanted: str, bound: str) -> bool:
    """Whether two bound addresses exclude each other: equal, or one is the wildcard of the same family."""
    wanted_ip, bound_ip = ipaddress.ip_address(wanted), ipaddress.ip_address(bound)
    if wanted_ip.version != bound_ip.version:
        # A dual-stack socket on [::] holds the IPv4 port too.
        return bound_ip.version == 6 and bound_ip.is_unspecified
    return wanted_ip == bound_ip or wanted_ip.is_unspecified or bound_ip.is_unspecified


def _owner(inode: str, proc: Path) -> int | None:
    link = f"socket:[{inode}]"
    for folder in proc.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if any(str(fd.readlink()) == link for fd in (folder / "fd").iterdir()):
                return int(folder.name)
        except OSError:
            continue  # it ended, or belongs to another user
    return None


def _command(pid: int, proc: Path) -> str | None:
    try:
        return (proc / str(pid) / "comm").read_text().strip() or None
    except OSError:
        return None
