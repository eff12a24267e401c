# SPDX-License-Identifier: GPL-3.0-or-later
"""blocky with the list, its query log as files of comma-separated values.

Its file is YAML, of which JSON is a part, so it is written as that. Keys are those of v0.24 and later. Facts:
https://0xerr0r.github.io/blocky/latest/configuration/.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from bench.rivals.lists import convert
from bench.servers import Server


class Blocky(Server):
    """As its documentation begins, but that it asks our upstream alone."""

    name = "blocky"
    program = "blocky"
    version = ("version",)

    def prepare(self, lists: Sequence[Path]) -> None:
        source, log = self.folder / "list.txt", self.folder / "log"
        log.mkdir(exist_ok=True)
        convert(lists, source, "{}\n")
        config = {
            "upstreams": {"init": {"strategy": "fast"}, "groups": {"default": [f"tcp+udp:127.0.0.1:{self.upstream}"]}},
            "blocking": {
                "denylists": {"bench": [str(source)]},
                "clientGroupsBlock": {"default": ["bench"]},
                "blockType": "zeroIp",
                "loading": {"strategy": "failOnError", "maxErrorsPerSource": -1},
            },
            "queryLog": {"type": "csv", "target": str(log), "logRetentionDays": 1},
            "ports": {"dns": f"127.0.0.1:{self.port}"},
            "log": {"level": "warn"},
        }
        (self.folder / "config.yml").write_text(json.dumps(config, indent=1))

    def command(self) -> list[str]:
        return [self.program, "serve", "--config", str(self.folder / "config.yml")]
