# SPDX-License-Identifier: GPL-3.0-or-later
"""Makers and names of devices, found out in a thread: routers and devices may take a second to answer, or never do.

A source of names is a line of `SOURCES`: what the address is called there, or None. DHCP leases are read here too, and
tell names whenever a file of theirs changes. Nothing here wakes up by itself.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from network.helper_thread import HelperThread
from network.lease_files import LeaseFiles
from network.lease_lines import Lease
from resolver.recorder import announced_facts, identify
from store.base import db
from store.config import devices
from store.config.choices import NameSource
from store.devices import found_names, sightings_store

LOOK_UPS_MAX = 500  # addresses that wait to be named; more are named when they are next looked at
FILES_SECONDS = 2.0  # between two readings of lease files that changed …
FILES_REST = 20  # … and so many times as long as it took: a file of 10⁵ lines takes seconds

log = logging.getLogger(__name__)

# Asked of each address, in this order, until one answers.
SOURCES: tuple[tuple[NameSource, Callable[[str], str | None]], ...] = (
    (NameSource.PTR, lambda address: identify.router_name(address)),
    (NameSource.MDNS, lambda address: identify.own_name(address)),
)


class NameLookup:
    """One per recorder. `mac_of`: the MAC behind an address; `files`: paths of lease files.

    `own_name`: the appliance's, which is no device's. `asks`: whether a source is to be asked of an address.
    """

    def __init__(
        self,
        config: Path,
        mac_of: Callable[[str], str | None],
        files: Callable[[], Iterable[str]],
        own_name: Callable[[], str],
        asks: Callable[[NameSource, str], bool] = lambda source, address: True,
    ) -> None:
        self._config, self._mac_of, self._paths, self._own_name = config, mac_of, files, own_name
        self._asks = asks
        self.leases = LeaseFiles()
        self.changed: queue.SimpleQueue[Mapping[str, Lease]] = queue.SimpleQueue()  # leases, each time they were read
        self.waiting: queue.Queue[str | None] = queue.Queue(LOOK_UPS_MAX)  # addresses; "": lease files; None: the end
        self._next_look, self._files_wait = 0.0, False
        self._look_at_files(named=False)
        self._thread = HelperThread("identify", self._serve)
        self._thread.start()

    def ask(self, address: str) -> None:
        """Find out the maker and names of whoever has the address, when there is time."""
        with contextlib.suppress(queue.Full):
            self.waiting.put_nowait(address)

    def follow_files(self) -> None:
        """To be called now and then: lease files that have changed are read, when there is time."""
        self._thread.start()
        if self._files_wait or time.monotonic() < self._next_look or not self.leases.changed(self._paths()):
            return
        with contextlib.suppress(queue.Full):
            self._files_wait = True
            self.waiting.put_nowait("")
            return
        self._files_wait = False

    def close(self) -> None:
        """Let the thread end; a look-up that runs is not waited for."""
        with contextlib.suppress(queue.Full):
            self.waiting.put_nowait(None)

    def join(self, seconds: float) -> None:
        """Wait until it has ended."""
        self._thread.join(seconds)

    def _serve(self) -> None:
        while (address := self.waiting.get()) is not None:
            try:
                if address:
                    self._look_up(address)
                else:
                    self._files_wait = False
                    self._look_at_files()
            except Exception:
                log.exception("a device could not be looked up" if address else "names of leases could not be stored")

    def _look_up(self, address: str) -> None:
        mac, names = self._mac_of(address), dict[NameSource, str | None]()
        maker = identify.maker_of(mac) if mac else None
        for source, name_at in SOURCES:
            if self._asks(source, address) and (name := name_at(address)):
                names[source] = name
                break
        self._store({address: (maker, {**names, **self._written(address)})})

    def _written(self, address: str) -> dict[NameSource, str | None]:
        """What the files call an address."""
        lease = self.leases.of(address, time.time())
        return {
            NameSource.LEASE: lease.name if lease is not None else None,
            NameSource.HOSTS: self.leases.hosts_name(address),
        }

    def _look_at_files(self, *, named: bool = True) -> None:
        began = time.monotonic()
        before = self.leases.leases
        if self.leases.look(self._paths()):
            self.changed.put(self.leases.leases)
            if named:
                new = {lease.address for key, lease in self.leases.leases.items() if before.get(key) != lease}
                self._store({address: (None, self._written(address)) for address in new})
        now = time.monotonic()
        self._next_look = now + max(FILES_SECONDS, FILES_REST * (now - began))

    def _store(self, known: Mapping[str, tuple[str | None, Mapping[NameSource, str | None]]]) -> None:
        """Note makers and names by address; of whom has the address now. What a source does not say stays."""
        with contextlib.closing(db.connect(self._config)) as con:
            owners = devices.clients_at(con, [address for address, of in known.items() if _says(of)])
            facts = {address: of for address, of in known.items() if address in owners}
            if not facts:
                return
            with db.transaction(con):
                owners = devices.clients_at(con, list(facts))
                for address, (maker, names) in facts.items():
                    if address not in owners:
                        continue
                    sightings_store.set_maker(con, owners[address], maker)
                    for source, name in names.items():
                        clean = identify.clean_name(name) if name else None
                        owner = self._leaseholder(con, address) if source is NameSource.LEASE else owners[address]
                        if clean and owner and clean.casefold() != self._own_name().casefold():
                            found_names.learn(con, owner, source, clean)
                            announced_facts.guess_kind(con, owner)
                    announced_facts.guess_kind(con, owners[address])

    def _leaseholder(self, con: sqlite3.Connection, address: str) -> int | None:
        """The device that the lease of an address is about: whoever took the address since is not called so."""
        lease = self.leases.of(address, time.time())
        row = con.execute(
            """SELECT device_id FROM device_mac WHERE mac = ?1
               UNION ALL SELECT device_id FROM client WHERE address = ?2 AND (mac IS NULL OR ?1 IS NULL)""",
            (lease.mac if lease is not None else None, address),
        ).fetchone()
        return int(row[0]) if row else None


def _says(of: tuple[str | None, Mapping[NameSource, str | None]]) -> bool:
    return of[0] is not None or any(of[1].values())
