# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits everything that a household edits, again and again, until it is told to stop.

Three hands at once: one edits and then asks until the edit shows, so that it is known to have acted; one edits without
looking, ten times a second; one has a list read anew, compiled and swapped.
"""

import json
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bench import packets
from bench.edits.household import Household
from bench.edits.questions import BLOCKED, CLIENTS, RECORDED, address_of, outcome, source
from bench.servers import ServerFailed

REST_SECONDS = 0.1  # between two edits without looking
SWAP_SECONDS = 5.0  # between two compilations
SHORT_MINUTES = 2 / 60  # of a pause or an exception that ends by itself
GIVE_UP_SECONDS = 5.0  # for an edit to show
ANY, CHILD = 0, CLIENTS - 1  # who is asked for
_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_ALWAYS = [{"days": _DAYS, "from": "00:00", "to": "24:00"}]


class Editor:
    """Of one turn: `stop` ends it and tells what was done."""

    def __init__(self, house: Household) -> None:
        self._house = house
        self._counts: Counter[str] = Counter()
        self._acted: dict[str, list[float]] = defaultdict(list)
        self._faults: list[str] = []
        self._over = threading.Event()
        self._numbers = count(int(time.time()))
        hands = (self._look, self._blind, self._swap)
        self._hands = [threading.Thread(target=self._work, args=(hand,)) for hand in hands]
        house.change_windows("minutes", _minutes())
        for hand in self._hands:
            hand.start()

    def stop(self) -> dict[str, Any]:
        """Let each hand finish what it does; the edits by what they were, and how many ms until they showed."""
        self._over.set()
        for hand in self._hands:
            hand.join()
        self._house.change_windows("minutes", _never())
        acted = {what: {"times": len(took), "most_ms": round(max(took) * 1000)} for what, took in self._acted.items()}
        return {"edits": dict(sorted(self._counts.items())), "acted": acted, "faults": self._faults}

    def _work(self, work: Callable[[], Iterator[None]]) -> None:
        try:
            while not self._over.is_set():
                for _ in work():
                    pass
        except Exception as error:  # told at the end: an edit that is refused is a fault of the bench or the house
            self._faults.append(f"{type(error).__name__}: {error}")

    def _call(self, what: str, method: str, path: str, body: Any = None) -> Any:
        self._counts[what] += 1
        return self._house.call(method, path, body)

    def _shows(self, what: str, client: int, name: str, wanted: str) -> None:
        """Ask until the answer is as wanted."""
        begun = time.monotonic()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((source(client), 0))
            sock.connect(("127.0.0.1", self._house.port))
            sock.settimeout(0.5)
            said = ""
            while time.monotonic() - begun < GIVE_UP_SECONDS:
                sock.send(packets.query(name))
                try:
                    said = outcome(sock.recv(1500))
                except TimeoutError:
                    said = "no answer"
                if said == wanted:
                    self._acted[what].append(time.monotonic() - begun)
                    return
                time.sleep(0.01)
        self._faults.append(f"{what}: {name} is {said}, not {wanted}")

    def _look(self) -> Iterator[None]:
        """One round of edits that show."""
        house, call, shows = self._house, self._call, self._shows
        path = f"/blocklists/{house.listed}/toggle"
        call("a list off", "PUT", path, {"on": False})
        shows("a list off", ANY, "toggled.example", address_of("toggled.example"))
        call("a list on", "PUT", path, {"on": True})
        shows("a list on", ANY, "toggled.example", BLOCKED)
        yield
        rule = call("a rule", "POST", "/rules", {"kind": "block", "name": "ruled.example"})["id"]
        shows("a rule", ANY, "ruled.example", BLOCKED)
        call("a rule removed", "DELETE", f"/rules/{rule}")
        shows("a rule removed", ANY, "ruled.example", address_of("ruled.example"))
        allow = {"kind": "allow", "name": "allowed.example", "scope": house.group}
        rule = call("a group's rule", "POST", "/rules", allow)["id"]
        shows("a group's rule", CHILD, "allowed.example", address_of("allowed.example"))
        call("a group's rule removed", "DELETE", f"/rules/{rule}")
        yield
        yield from self._look_at_relief()
        call("a service on", "PUT", "/services/service:tiktok/toggle", {"on": True})
        shows("a service on", ANY, "www.tiktok.com", BLOCKED)
        call("a service off", "PUT", "/services/service:tiktok/toggle", {"on": None})
        shows("a service off", ANY, "www.tiktok.com", address_of("www.tiktok.com"))
        yield
        house.change_windows("access", _ALWAYS)
        self._counts["no access by a schedule"] += 1
        shows("no access by a schedule", CHILD, "name1.steady.example", BLOCKED)
        house.change_windows("access", _never())
        shows("access again", CHILD, "name1.steady.example", address_of("name1.steady.example"))
        yield
        added = {"name": "recorded.example", "type": "A", "value": RECORDED}
        record = call("a record", "POST", "/records", added)["id"]
        shows("a record", ANY, "recorded.example", RECORDED)
        call("a record removed", "DELETE", f"/records/{record}")
        shows("a record removed", ANY, "recorded.example", address_of("recorded.example"))

    def _look_at_relief(self) -> Iterator[None]:
        """Pauses and exceptions: ended by hand, and by themselves."""
        call, shows, group = self._call, self._shows, self._house.group
        for scope, client in (("house", ANY), (group, CHILD), (self._house.device, CHILD)):
            call("a pause", "POST", "/pauses", {"scope": scope, "minutes": 1})
            shows("a pause", client, "paused.example", address_of("paused.example"))
            call("a pause ended by hand", "DELETE", f"/pauses?scope={scope}")
            shows("a pause ended by hand", client, "paused.example", BLOCKED)
            yield
            excepted = {"scope": scope, "name": "excepted.example", "minutes": SHORT_MINUTES}
            call("an exception", "POST", "/exceptions", excepted)
            shows("an exception", client, "excepted.example", address_of("excepted.example"))
            shows("an exception ends", client, "excepted.example", BLOCKED)
            self._counts["an exception ends"] += 1
            yield
        call("a pause", "POST", "/pauses", {"scope": "house", "minutes": SHORT_MINUTES})
        shows("a pause", ANY, "paused.example", address_of("paused.example"))
        shows("a pause ends", ANY, "paused.example", BLOCKED)
        self._counts["a pause ends"] += 1

    def _blind(self) -> Iterator[None]:
        """One round of edits, ten a second."""
        house, call, number = self._house, self._call, next(self._numbers)
        toggle = f"/blocklists/{house.listed}/toggle"
        group, other = f"/groups/{house.group_id}", f"/groups/{house.other_id}"
        pause = {"scope": house.group, "blocklist": house.swapped, "minutes": SHORT_MINUTES}
        steps: list[Callable[[], Any]] = [
            lambda: call("a setting", "PUT", "/settings", {"sinkhole_ttl": 10 + number % 20}),
            lambda: call("upstreams' patience", "PUT", "/settings", {"upstream_timeout_ms": 1500 + number % 500}),
            lambda: call("the cache's size", "PUT", "/settings", {"cache_max_entries": 20_000 + number % 500}),
            lambda: call("a device's name", "PATCH", f"/devices/{house.device_id}", {"name": f"Tablet {number}"}),
            lambda: call("a group's devices", "PATCH", other, {"devices": house.device_ids[: number % 7]}),
            lambda: call("a group's upstreams", "PATCH", group, {"upstreams": house.upstreams(number)}),
            lambda: call("a group's name", "PATCH", other, {"name": f"Other {number}"}),
            lambda: call("safe search", "PUT", "/safe-search", {"on": bool(number % 2), "scope": house.group}),
            lambda: call("a device's list", "PUT", toggle, {"on": (True, None)[number % 2], "scope": house.device}),
            lambda: call("a pause of a list", "POST", "/pauses", pause),
            lambda: self._for_a_moment("a group", "/groups", {"name": f"Group {number}"}),
            lambda: self._for_a_moment("a schedule", "/schedules", {"name": f"Times {number}", "windows": _never()}),
            lambda: self._for_a_moment("a forward", "/forwards", house.forward()),
            self._undo,
        ]
        for step in steps:
            step()
            yield
            if self._over.wait(REST_SECONDS):
                return

    def _for_a_moment(self, what: str, path: str, body: Any) -> None:
        made = self._call(what, "POST", path, body)["id"]
        self._over.wait(REST_SECONDS)
        self._call(f"{what} removed", "DELETE", f"{path}/{made}")

    def _undo(self) -> None:
        """Take back a rule by the history of changes."""
        self._call("a rule", "POST", "/rules", {"kind": "block", "name": "undone.example"})
        changes = self._house.call("GET", "/changes?limit=20")["items"]
        mine = next(change["id"] for change in changes if "undone.example" in json.dumps(change))
        self._call("an undo", "POST", f"/changes/{mine}/undo", {})

    def _swap(self) -> Iterator[None]:
        """A new version of a list, compiled with all others into a new index."""
        for holds in (True, False):
            try:
                self._house.rewrite_list(holds)
            except ServerFailed as error:
                self._faults.append(str(error))
            self._counts["a new index"] += 1
            self._shows("a new index", ANY, "swapped.example", BLOCKED if holds else address_of("swapped.example"))
            yield
            if self._over.wait(SWAP_SECONDS):
                return


def _minutes() -> list[dict[str, Any]]:
    """Windows of a minute each, every other minute of the next hour and more, so that each minute brings an edge."""
    now = datetime.now(UTC)
    return [_window(now + timedelta(minutes=2 * number), 1) for number in range(45)]


def _never() -> list[dict[str, Any]]:
    """A window that is hours away."""
    return [_window(datetime.now(UTC) + timedelta(hours=5), 30)]


def _window(start: datetime, minutes: int) -> dict[str, Any]:
    return {"days": _DAYS, "from": f"{start:%H:%M}", "to": f"{start + timedelta(minutes=minutes):%H:%M}"}
