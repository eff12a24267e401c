# SPDX-License-Identifier: GPL-3.0-or-later
"""unbound with the list, and unbound as the upstream that every server here forwards to.

It writes no log of its queries. Its caches are given more than their default, so that what a home asks for fits.
"""

from collections.abc import Sequence
from pathlib import Path

from bench.rivals.lists import convert
from bench.servers import Server

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
    program = "unbound"
    version = ("-V",)

    def prepare(self, lists: Sequence[Path]) -> None:
        zones = self.folder / "zones.conf"
        convert(lists, zones, '  local-zone: "{}" always_null\n')
        config = UNBOUND.format(port=self.port) + _FORWARDS.format(zones=zones, upstream=self.upstream)
        (self.folder / "unbound.conf").write_text(config)

    def command(self) -> list[str]:
        return ["unbound", "-c", str(self.folder / "unbound.conf")]
