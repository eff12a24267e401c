# SPDX-License-Identifier: GPL-3.0-or-later
"""AdGuard Home with the list as a filter of its own, its query log and its statistics on.

Its file is YAML, of which JSON is a part, so it is written as that. Keys and their places are those of schema 28
(v0.107.44); a later release brings them up to its own by itself, an earlier one refuses to start. Facts:
https://github.com/AdguardTeam/AdGuardHome/wiki/Configuration and internal/home/options.go there.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.rivals.lists import convert
from bench.servers import Server, free_port

SCHEMA = 28
FILTER_ID = 1


class AdGuardHome(Server):
    """As a first start leaves it, but that it asks our upstream, and asks nobody else for anything."""

    name = "AdGuard Home"
    program = "AdGuardHome"
    version = ("--version",)

    def prepare(self, lists: Sequence[Path]) -> None:
        work = self.folder / "work"
        source = work / "data" / "userfilters" / "bench.txt"  # from where it may read files of its own accord
        kept = work / "data" / "filters" / f"{FILTER_ID}.txt"  # where it keeps what it fetched, and begins with
        for path in (source, kept):
            path.parent.mkdir(parents=True, exist_ok=True)
            convert(lists, path, "||{}^\n")
        (self.folder / "AdGuardHome.yaml").write_text(json.dumps(self._config(source), indent=1))

    def command(self) -> list[str]:
        return [
            self.program, "--config", str(self.folder / "AdGuardHome.yaml"), "--work-dir", str(self.folder / "work"),
            "--no-check-update",
        ]  # fmt: skip

    def _config(self, source: Path) -> Mapping[str, Any]:
        sources = dict.fromkeys(("whois", "arp", "rdns", "dhcp", "hosts"), False)  # which would ask around
        return {
            "http": {"address": f"127.0.0.1:{free_port()}", "session_ttl": "720h"},
            "users": [],
            "dns": {
                "bind_hosts": ["127.0.0.1"], "port": self.port, "ratelimit": 0,
                "upstream_dns": [f"127.0.0.1:{self.upstream}"], "bootstrap_dns": [], "fallback_dns": [],
                "use_private_ptr_resolvers": False, "cache_size": 4 << 20, "refuse_any": True,
            },
            "querylog": {"enabled": True, "file_enabled": True, "interval": "24h", "size_memory": 1000, "ignored": []},
            "statistics": {"enabled": True, "interval": "24h", "ignored": []},
            "filters": [{"enabled": True, "url": str(source), "name": "bench", "id": FILTER_ID}],
            "filtering": {
                "filtering_enabled": True, "protection_enabled": True, "blocking_mode": "default",
                "filters_update_interval": 0, "blocked_response_ttl": 10,
                "safe_fs_patterns": [str(source.parent / "*")],
            },
            "clients": {"runtime_sources": sources, "persistent": []},
            "log": {"enabled": True, "file": "", "verbose": False},
            "schema_version": SCHEMA,
        }  # fmt: skip
