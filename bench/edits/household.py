# SPDX-License-Identifier: GPL-3.0-or-later
"""The household whose appliance is edited: its lists, records, devices, a group of children, and their times."""

import json
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.edits import big_home
from bench.edits.questions import CHILDREN, CLIENTS, LOCAL, NAMES, listed_names, local_address, source
from bench.servers import ServerFailed
from bench.telltale import Telltale
from store.base import db
from store.config.watch import Watcher

MET_SECONDS = 20.0  # until every client that asked has a device


class Household:
    """An appliance with two lists: one is on all the time but for edits, one changes on disk.

    `devices`: so many are there beside those that ask, with groups, times and all else that they may have.
    """

    def __init__(
        self, folder: Path, ports: Sequence[int], workers: int | None, more_names: Sequence[str], devices: int = 0
    ) -> None:  # fmt: skip
        self._ports, self._more, self._devices_beside = ports, more_names, devices
        self._lists = folder / "listed.txt", folder / "swapped.txt"
        self._lists[0].write_text("\n".join(listed_names()) + "\n")
        self._write(True)
        self.appliance = Telltale(folder / "appliance", [], ports[0], workers=workers, settings={"TZ": "UTC"})
        self._schedules: dict[str, int] = {}
        self.group_id = self.other_id = self.device_id = 0
        self.device_ids: list[int] = []

    def start(self) -> None:
        """Start it, with what no edit is about."""
        self.appliance.prepare(self._lists)
        if self._devices_beside:
            with closing(db.connect(self.appliance.state / "config.db")) as con:
                big_home.fill(con, self._devices_beside, big_home.GROUPS - 10)
        self.appliance.launch()
        self.appliance.wait_for_pages()
        self.listed, self.swapped = self.appliance.lists
        hosts = "\n".join(f"{local_address(number)} name{number}.{LOCAL}" for number in range(NAMES))
        self.call("POST", "/records/import", {"text": hosts})
        self._watcher = Watcher(self.appliance.state / "config.db")

    def settle(self) -> None:
        """Once all clients have asked: the children's devices into their group, which has its times."""
        ids = self._devices()
        children = [ids[source(client)] for client in range(CLIENTS - CHILDREN, CLIENTS)]
        self.device_ids, self.device_id = sorted(ids.values()), children[-1]
        far = [{"days": ["mon"], "from": "03:00", "to": "03:01"}]
        for name in ("access", "minutes"):
            made = self.call("POST", "/schedules", {"name": name, "windows": far})
            self._schedules[name] = made["id"]
        body = {"name": "Children", "devices": children, "schedule": self._schedules["access"]}
        self.group_id = self.call("POST", "/groups", body)["id"]
        self.other_id = self.call("POST", "/groups", {"name": "Other"})["id"]
        rule = {"kind": "block", "name": "scheduled.example", "schedule": self._schedules["minutes"]}
        self.call("POST", "/rules", rule)

    @property
    def port(self) -> int:
        return self.appliance.port

    @property
    def group(self) -> str:
        return f"group:{self.group_id}"

    @property
    def device(self) -> str:
        return f"device:{self.device_id}"

    def versions(self) -> tuple[int, int]:
        """How many policies and indexes there were so far."""
        self._watcher.changed()
        return self._watcher.policy_version(), self._watcher.index_generation()

    def upstreams(self, number: int) -> list[str]:
        """The second server, or none of its own, in turn; they answer alike."""
        return [f"127.0.0.1:{self._ports[1]}"] if number % 2 else []

    def forward(self) -> dict[str, Any]:
        """A domain for the second server."""
        return {"domain": "forwarded.example", "upstreams": self.upstreams(1)}

    def change_windows(self, schedule: str, windows: list[dict[str, Any]]) -> None:
        """Give a schedule other windows."""
        self.call("PATCH", f"/schedules/{self._schedules[schedule]}", {"windows": windows})

    def rewrite_list(self, holds: bool) -> None:
        """Another version of the second list, with `swapped.example` in it or not, compiled when this returns."""
        self._write(holds)
        self.appliance.tell("lists", "update", self.swapped)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON that the API answers; raises ServerFailed with what it complains of."""
        done = self.appliance.call(method, f"/api/v1{path}", body)
        if done.status >= 300:
            raise ServerFailed(f"{method} {path} {body}: {done.status} {done.body[:300]!r}")
        return json.loads(done.body) if done.body else None

    def close(self) -> None:
        """End it and delete what it wrote."""
        self._watcher.close()
        self.appliance.remove()

    def _write(self, holds: bool) -> None:
        self._lists[1].write_text("\n".join([*self._more, *(["swapped.example"] if holds else [])]) + "\n")

    def _devices(self) -> dict[str, int]:
        """The devices of all clients, by their addresses."""
        wanted = {source(client) for client in range(CLIENTS)}
        end = time.monotonic() + MET_SECONDS
        while time.monotonic() < end:
            rows = self.call("GET", "/devices")["items"]
            found = {address: row["id"] for row in rows for address in row["addresses"]}
            if found.keys() >= wanted:
                return {address: found[address] for address in wanted}
            time.sleep(0.5)
        raise ServerFailed(f"No devices for {sorted(wanted - found.keys())}.")
