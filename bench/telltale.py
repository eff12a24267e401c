# SPDX-License-Identifier: GPL-3.0-or-later
"""Telltale as it is installed: `telltale run` with a state directory of its own, lists added by its command line."""

import http.client
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import procfs
from bench.results import TELLTALE
from bench.servers import START_SECONDS, Server, ServerFailed, free_port, without_settings
from store.base import status
from store.base.db import connect
from store.log import querylog

PASSWORD = "bench-of-telltale"  # of an appliance on loopback that lives for minutes
SETTLE_SECONDS = 1.6  # a flush, a commit of the log and a status after the last query
_LISTS = "bench-lists.json"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page or an API call: its status, seconds, body, and the cookie that came with it."""

    status: int
    seconds: float
    body: bytes
    cookie: str


class Telltale(Server):
    """The appliance. `workers` None: as many as its settings say. `update`: with the list-update process. `spec`: of
    the upstream, where it is asked otherwise than in plain DNS."""

    name = TELLTALE

    def __init__(
        self, folder: Path, cores: Sequence[int], upstream: int, *, workers: int | None = 1, update: bool = False,
        address: str = "127.0.0.1", settings: Mapping[str, str] | None = None, spec: str = "",
    ) -> None:  # fmt: skip
        super().__init__(folder, cores, upstream)
        self.state, self.web = folder / "state", free_port()
        self._spec = spec or f"127.0.0.1:{upstream}"
        self._workers, self._update, self._address, self._settings = workers, update, address, dict(settings or {})
        self.lists: list[str] = []  # ids, in the order of adding
        self._session: dict[str, str] = {}

    def environ(self) -> dict[str, str]:
        mine = without_settings(super().environ())
        return {**mine, "TELLTALE_PASSWORD": PASSWORD, "TELLTALE_STATE": str(self.state), **self._settings}

    def prepare(self, lists: Sequence[Path]) -> None:
        """A state directory as a first start leaves it, with these lists, but with nothing to fetch from the internet.

        It is made once for all appliances beside each other, and copied.
        """
        kept = self.folder.parent / "-".join(["prepared", *(source.stem for source in lists)])
        if not kept.exists():
            self._make(lists)
            shutil.copytree(self.state, kept)
            (kept / _LISTS).write_text(json.dumps(self.lists))
        else:
            shutil.copytree(kept, self.state, dirs_exist_ok=True)
            self.lists = json.loads((kept / _LISTS).read_text())

    def _make(self, lists: Sequence[Path]) -> None:
        self.state.mkdir(mode=0o700, exist_ok=True)
        self.launch()
        try:
            for listed in json.loads(self.tell("lists", "list", "--json")):
                if listed["kind"] == "catalogue" and listed["on"]:
                    self.tell("lists", "off", listed["id"])
        finally:
            self.stop()
        for source in lists:
            self.add(source)

    def command(self) -> list[str]:
        return [
            sys.executable, "-m", "appliance", "run", "--dns", f"{self._address}:{self.port}",
            "--web", f"127.0.0.1:{self.web}", "--upstream", self._spec,
            *(["--workers", str(self._workers)] if self._workers else []), *([] if self._update else ["--no-update"]),
        ]  # fmt: skip

    def remove(self) -> None:
        run = status.find_run_dir(self.state, {})
        super().remove()
        shutil.rmtree(run, ignore_errors=True)  # it lies in memory, outside the folder

    def tell(self, *arguments: str) -> str:
        """What the command line prints; raises ServerFailed with what it complains of."""
        command = [sys.executable, "-m", "appliance", *arguments]
        done = subprocess.run(command, env=self.environ(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServerFailed(f"telltale {' '.join(arguments)}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def add(self, source: Path) -> None:
        """Add a list by its file; it is on and compiled when this returns."""
        self.lists.append(self.tell("lists", "add", str(source)).split()[2].rstrip("."))

    def wait_for_pages(self) -> None:
        """DNS comes first; the pages follow."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                self._send("GET", "/health", None, 5.0)
                return
            except OSError:
                time.sleep(0.05)
        raise ServerFailed("The pages did not come up.")

    def falls_asleep(self, seconds: float) -> bool:
        """Whether its pages' process ends by itself within that time, since nobody looks."""
        end = time.monotonic() + seconds
        while any(name.startswith("webui") for name in procfs.names(self.pid)):
            if time.monotonic() > end:
                return False
            time.sleep(0.5)
        return True

    def get(self, path: str, seconds: float = 30.0) -> Fetched:
        """A page or API call as a person who is logged in has it, read to its end. Raises TimeoutError, OSError."""
        return self.call("GET", path, None, seconds)

    def call(self, method: str, path: str, body: Any = None, seconds: float = 30.0) -> Fetched:
        """The same with any method and a JSON body."""
        if not self._session:
            self._log_in()
        return self._send(method, path, body, seconds)

    def _log_in(self) -> None:
        done = self._send("POST", "/api/v1/session", {"password": PASSWORD}, 30.0)
        if done.status != 201:
            raise ServerFailed(f"Logging in was refused: {done.body!r}")
        self._session = {"Cookie": done.cookie, "X-CSRF-Token": json.loads(done.body)["csrf"]}

    def _send(self, method: str, path: str, body: Any, seconds: float) -> Fetched:
        begun = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.web, timeout=seconds)
        try:
            headers = {**self._session, "Content-Type": "application/json"}
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            data = response.read()
            cookie = response.getheader("Set-Cookie", "").partition(";")[0]
            return Fetched(response.status, time.monotonic() - begun, data, cookie)
        finally:
            connection.close()

    def logged(self) -> int:
        """Queries in the log, and those that the log says it dropped."""
        con = connect(self.state / querylog.FILE_NAME, read_only=True)
        try:
            rows = con.execute("SELECT count(*) FROM queries").fetchone()[0]
            return int(rows + con.execute("SELECT COALESCE(sum(count), 0) FROM drops").fetchone()[0])
        finally:
            con.close()

    def role_pid(self, role: str) -> int:
        """The process of a role, as the supervisor published it; 0 while there is none."""
        supervisor = status.read(status.find_run_dir(self.state, {})).supervisor
        children = supervisor.children if supervisor else ()
        return next((child.pid or 0 for child in children if child.role == role), 0)
