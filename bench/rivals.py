# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers beside Telltale: unbound and dnsmasq with the same list, and the upstream that all of them forward to.

None of them writes a log of its queries here; Telltale does. unbound's caches are given more than their default, so
that what a home asks for fits into each of them.
"""

from collections.abc import Sequence
from pathlib import Path

from bench.servers import Server

# Found on PATH, these are named in the results: they need a machine or a configuration of their own.
OTHERS = ("pihole-FTL", "AdGuardHome", "blocky")
UNBOUND = """server:
  directory: ""
  chroot: ""
  username: ""
  pidfile: ""
  do-daemonize: no
  use-syslog: no
  verbosity: 0
  num-threads: 1
  interface: 127.0.0.1
  port: {port}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  module-config: "iterator"
  edns-buffer-size: 1232
"""
ANSWERS = """  local-zone: "." redirect
  local-data: ". 3600 IN SOA ns.upstream.org. hostmaster.upstream.org. 1 7200 900 86400 3600"
  local-data: ". 3600 IN A 203.0.113.10"
  local-data: ". 3600 IN AAAA 2001:db8::10"
"""
_FORWARDS = """  msg-cache-size: 32m
  rrset-cache-size: 64m
  include: "{zones}"
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@{upstream}
"""


class Upstream(Server):
    """unbound that answers every name at once: A, AAAA, and for other types nothing, with an SOA so that it is kept."""

    name = "upstream"

    def prepare(self, lists: Sequence[Path]) -> None:
        (self.folder / "unbound.conf").write_text(UNBOUND.format(port=self.port) + ANSWERS)

    def command(self) -> list[str]:
        return ["unbound", "-c", str(self.folder / "unbound.conf")]


class Unbound(Server):
    """unbound, one thread; each name a local zone that answers 0.0.0.0 and ::."""

    name = "unbound"

    def prepare(self, lists: Sequence[Path]) -> None:
        zones = self.folder / "zones.conf"
        convert(lists, zones, '  local-zone: "{}" always_null\n')
        config = UNBOUND.format(port=self.port) + _FORWARDS.format(zones=zones, upstream=self.upstream)
        (self.folder / "unbound.conf").write_text(config)

    def command(self) -> list[str]:
        return ["unbound", "-c", str(self.folder / "unbound.conf")]


class Dnsmasq(Server):
    """dnsmasq with its largest sensible cache; each name an address line that answers 0.0.0.0 and ::."""

    name = "dnsmasq"

    def prepare(self, lists: Sequence[Path]) -> None:
        convert(lists, self.folder / "names.conf", "address=/{}/#\n")

    def command(self) -> list[str]:
        return [
            "dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts", "--no-daemon", "--user=", "--group=",
            "--pid-file=", f"--conf-file={self.folder / 'names.conf'}", f"--port={self.port}", "--bind-interfaces",
            "--listen-address=127.0.0.1", f"--server=127.0.0.1#{self.upstream}", "--cache-size=10000",
            "--dns-forward-max=1000",
        ]  # fmt: skip


def convert(lists: Sequence[Path], to: Path, line: str) -> None:
    """All names of the lists, each in its line; an empty file without lists."""
    with to.open("w") as file:
        for source in lists:
            with source.open() as names:
                file.writelines(line.format(name.rstrip()) for name in names)
