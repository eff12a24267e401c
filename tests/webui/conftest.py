# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated home for the tests of the pages: devices, lists, a day of queries, and a browser that is logged in."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from blocklists import catalogue, companies, packs
from store import account, db, devices, edit, lists, logwriter, querylog
from store.records import Batch, Key, Origin, Row, Verdict
from webui import app

PASSWORD = "correct horse battery"
HOSTILE = (
    "<script>alert(1)</script>.example",
    "\"onmouseover='x'.example",
    "\u05d0\u05d1\u05d2.\u202egnp.example",
    ".".join(("a" * 63, "b" * 63, "c" * 63, "d" * 61)),
    "{{7*7}}.example",
)
XIAOMI, TV = "192.168.1.21", "192.168.1.30"
# address, name, maker, queries an hour, names that it asks for
DEVICES = (
    (
        XIAOMI,
        "Redmi Note 13",
        "Xiaomi",
        60,
        ("data.mistat.xiaomi.com", "sdkconfig.ad.xiaomi.com", "api.miui.security.xiaomi.com"),
    ),
    (TV, "Living room TV", "Samsung", 40, ("samsungads.com", "lcprd1.samsungcloudsolution.net", "netflix.com")),
    (
        "192.168.1.40",
        "Anna's laptop",
        None,
        30,
        ("example.org", "wikipedia.org", "github.com", "settings-win.data.microsoft.com"),
    ),
    ("192.168.1.50", "Kitchen speaker", "Amazon", 12, ("device-metrics-us.amazon.com", "example.net")),
    ("192.168.1.60", None, None, 4, ("pool.ntp.org",)),
)


@dataclass(slots=True)
class Home:
    """A state directory and what was written to its log: one entry a record (name, device's name, verdict, company)."""

    state: Path
    run: Path
    written: list[tuple[int, str, str, Verdict, str | None]] = field(default_factory=list)

    def count(self, **wanted: object) -> int:
        keys = ("time_us", "name", "client", "verdict", "company")
        return sum(all(row[keys.index(key)] == value for key, value in wanted.items()) for row in self.written)

    def most(self, key: int) -> Counter[object]:
        return Counter(row[key] for row in self.written)

    def sql(self, query: str) -> list[tuple[object, ...]]:
        with closing(db.connect(self.state / "querylog.db", read_only=True)) as con:
            return [tuple(row) for row in con.execute(query)]


def settle(folder: Path, password: bool = True) -> Home:
    """A first start: config.db with the packs and the catalogue, no query yet."""
    home = Home(folder / "state", folder / "run")
    home.state.mkdir()
    home.run.mkdir()
    db.open_config(home.state)
    engine = edit.engine(home.state)
    seeds = [
        lists.BlocklistSeed(pack.blocklist_id, "pack", pack.title, "", about=pack.about, on=True, level="safe")
        for pack in packs.load()
    ]
    seeds += [
        lists.BlocklistSeed(
            one.id, "catalogue", one.title, one.source, one.format, False, one.about, one.licence, one.purpose,
            one.size, one.homepage, one.on,
        )
        for one in catalogue.load()
    ]  # fmt: skip
    lists.sync_blocklists(engine, seeds)
    if password:
        account.set_password(engine, PASSWORD)
    return home


def live_a_day(home: Home, now: float | None = None, hours: int = 24) -> Home:
    """Writes the queries of the last hours through the recorder's own writer."""
    dice, whose = random.Random(7), companies.load()
    end = time.time() if now is None else now
    engine, config = edit.engine(home.state), db.connect(home.state / "config.db")
    log = querylog.open_log(home.state / "querylog.db")
    ids = {}
    for address, name, maker, _, _ in DEVICES:
        ids[address] = devices.sighted(config, address)
        devices.set_facts(config, ids[address], maker=maker)
        if name:
            edit.rename_device(engine, ids[address], name)
    plan = [
        (int((end - dice.random() * hours * 3600) * 1e6), address, dice.choice(names))
        for address, _, _, rate, names in DEVICES
        for _ in range(rate * hours)
    ]
    plan += [(int((end - 60 - i) * 1e6), XIAOMI, name) for i, name in enumerate(HOSTILE)]
    writer = logwriter.Writer(log, whose.company_of)
    for start in range(0, len(plan), 1000):
        writer.add(_batch(home, sorted(plan)[start : start + 1000], whose, dice), ids.get)
        writer.commit()
    querylog.copy_words(log, devices.names(config), {"pack:xiaomi": "Xiaomi"})
    config.close()
    log.close()
    return home


def _batch(home: Home, plan: list[tuple[int, str, str]], whose: companies.Companies, dice: random.Random) -> Batch:
    blocked = _blocked_names()
    addresses, keys, rows = [device[0] for device in DEVICES], list[Key](), list[Row]()
    for at, address, name in plan:
        pack = blocked.get(name)
        verdict = Verdict.BLOCK if pack else Verdict.PASS
        origin = Origin.MEMO if pack else dice.choice((Origin.CACHE, Origin.UPSTREAM))
        upstream = "9.9.9.9" if origin == Origin.UPSTREAM else ""
        key = Key(name, dice.choice((1, 28, 65)), verdict, origin, pack or "", name if pack else "", 0, upstream)
        if key not in keys:
            keys.append(key)
        rows.append((at, addresses.index(address), keys.index(key), dice.randrange(30, 40_000)))
        home.written.append((at, name, address, verdict, whose.company_of(name)))
    return Batch(1, 0, 1, addresses, keys, rows)


def _blocked_names() -> dict[str, str]:
    return {name.name: pack.blocklist_id for pack in packs.load() for name in packs.names_at(pack, "safe")}


@pytest.fixture
def bare_home(tmp_path: Path) -> Home:
    return settle(tmp_path)


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One for all tests of a file that only look."""
    return live_a_day(settle(tmp_path_factory.mktemp("home")))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """One for a test that changes things."""
    return live_a_day(settle(tmp_path), hours=2)


def log_in(home: Home) -> TestClient:
    """A browser of somebody who is logged in; plain forms carry the token through `form`."""
    made = TestClient(app.create(home.state, home.run, {}), base_url="http://telltale", client=("192.168.1.2", 40000))
    made.follow_redirects = False
    session = account.create_session(edit.engine(home.state), "192.168.1.2")
    made.cookies.set("telltale_session", session.id)
    return made


@pytest.fixture
def browser(home: Home) -> Iterator[TestClient]:
    with log_in(home) as client:
        yield client


@pytest.fixture(scope="module")
def looker(lived_in: Home) -> Iterator[TestClient]:
    with log_in(lived_in) as client:
        yield client


@pytest.fixture
def newcomer(bare_home: Home) -> Iterator[TestClient]:
    with log_in(bare_home) as client:
        yield client


def token_in(page: str) -> str:
    found = re.search(r'<meta name="csrf-token" content="([^"]+)">', page)
    assert found
    return found[1]
