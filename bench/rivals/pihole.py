# SPDX-License-Identifier: GPL-3.0-or-later
"""Pi-hole's FTL, version 6, with the list as its gravity and its query log on.

It reads and writes /etc/pihole wherever it runs, so it gets a mount namespace of its own in which that is a folder of
the bench: a Pi-hole on the same machine keeps its settings. That takes root; it itself then runs as nobody. Settings
are variables, which win over its file. Facts: https://docs.pi-hole.net/ftldns/configfile/ and src/database/gravity-db.c
of pi-hole/FTL, which says what it asks gravity.db for.
"""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from bench.rivals import gravity
from bench.servers import Server, found, free_port

NOBODY = 65534
# In the new namespace: our folder in the place of its own, then no powers any more.
_BEGIN = 'mount --bind "$1" "$2" && cd "$2" && exec setpriv --reuid {0} --regid {0} --clear-groups {1} no-daemon'


class PiholeFtl(Server):
    """As a first start of Pi-hole leaves it, but that it limits nobody, asks our upstream and hears loopback alone."""

    name = "Pi-hole FTL"
    program = "pihole-FTL"
    version = ("version",)
    etc = Path("/etc/pihole")  # where it looks, whatever it is told

    @classmethod
    def why_not(cls) -> str:
        if found(cls.program) and (os.getuid() or not cls.etc.is_dir()):
            return f"takes root, and a folder {cls.etc} to be covered"
        return super().why_not()

    def prepare(self, lists: Sequence[Path]) -> None:
        etc = self.folder / "etc"
        shutil.rmtree(etc, ignore_errors=True)
        etc.mkdir()
        gravity.write(etc / "gravity.db", lists)
        for path in (etc, *etc.iterdir()):
            os.chown(path, NOBODY, NOBODY)

    def command(self) -> list[str]:
        begin = ["sh", "-c", _BEGIN.format(NOBODY, self.program), "sh", str(self.folder / "etc"), str(self.etc)]
        return ["unshare", "--mount", "--propagation", "private", *begin]

    def environ(self) -> dict[str, str]:
        mine = {key: value for key, value in super().environ().items() if not key.startswith("FTLCONF_")}
        return {**mine, **{f"FTLCONF_{key}": value for key, value in self._settings().items()}}

    def _settings(self) -> dict[str, str]:
        """In the words of its file, `_` for the dot between a section and a key."""
        return {
            "dns_port": str(self.port),
            "dns_upstreams": f"127.0.0.1#{self.upstream}",
            "dns_interface": "lo",
            "dns_listeningMode": "LOCAL",
            "dns_queryLogging": "true",
            "dns_rateLimit_count": "0",
            "dns_rateLimit_interval": "0",
            "dns_cache_size": "10000",
            "dns_domainNeeded": "false",
            "resolver_networkNames": "false",
            "dhcp_active": "false",
            "ntp_ipv4_active": "false",
            "ntp_ipv6_active": "false",
            "ntp_sync_active": "false",
            "webserver_port": f"127.0.0.1:{free_port()}",
            "misc_etc_dnsmasq_d": "false",
            "files_pid": str(self.etc / "pid"),
            "files_database": str(self.etc / "pihole-FTL.db"),
            "files_gravity": str(self.etc / "gravity.db"),
            "files_log_ftl": str(self.etc / "FTL.log"),
            "files_log_dnsmasq": str(self.etc / "pihole.log"),
            "files_log_webserver": str(self.etc / "webserver.log"),
        }
