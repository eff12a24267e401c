# SPDX-License-Identifier: GPL-3.0-or-later
"""dnsmasq with the list; it writes no log of its queries."""

from collections.abc import Sequence
from pathlib import Path

from bench.rivals.lists import convert
from bench.servers import Server


class Dnsmasq(Server):
    """dnsmasq with its largest sensible cache; each name an address line that answers 0.0.0.0 and ::."""

    name = "dnsmasq"
    program = "dnsmasq"
    version = ("--version",)

    def prepare(self, lists: Sequence[Path]) -> None:
        convert(lists, self.folder / "names.conf", "address=/{}/#\n")

    def command(self) -> list[str]:
        return [
            "dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts", "--no-daemon", "--user=", "--group=",
            "--pid-file=", f"--conf-file={self.folder / 'names.conf'}", f"--port={self.port}", "--bind-interfaces",
            "--listen-address=127.0.0.1", f"--server=127.0.0.1#{self.upstream}", "--cache-size=10000",
            "--dns-forward-max=1000",
        ]  # fmt: skip
