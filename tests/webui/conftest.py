# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated home for the tests of the pages: devices, lists, a day of queries, and a browser that is logged in."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest
from fastapi.testclient import TestClient

from blocklists import catalogue, companies, files, packs
from blocklists.assemble import Assembler, Listed
from store import account, db, devices, edit, list_status, lists, logwriter, querylog
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
    """A state directory and what was written to its log, as (time_us, name, client, verdict, company)."""

    HOSTILE: ClassVar = HOSTILE
    PASSWORD: ClassVar = PASSWORD

    state: Path
    run: Path
    written: list[tuple[int, str, str, Verdict, str | None]] = field(default_factory=list)

    def count(self, since_us: int = 0, **wanted: object) -> int:
        keys = ("time_us", "name", "client", "verdict", "company")
        rows = [row for row in self.written if row[0] >= since_us]
        return sum(all(row[keys.index(key)] == value for key, value in wanted.items()) for row in rows)

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
    _fetch(home.state, "hagezi-light", "! ours\n||mistat.xiaomi.com^\n||ads.example^\n")
    if password:
        account.set_password(engine, PASSWORD)
    return home


def _fetch(state: Path, list_id: str, text: str) -> None:
    """As if the list update had fetched this list, and compiled the index."""
    path = files.text_path(state, list_id)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    assembler = Assembler(state)
    assembler.build([Listed(list_id, "HaGeZi Light", "adblock", False)], 1)
    with closing(db.connect(state / "config.db")) as con:
        for one, left_out in assembler.left_out.items():
            list_status.note(con, one, {"guarded": left_out})
        list_status.note(con, list_id, {"fetched_at": int(time.time()), "block_names": 2, "lines": 3, "rules": 2})


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


@pytest.fixture(scope="session")
def _settled(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return settle(tmp_path_factory.mktemp("settled"))


@pytest.fixture(scope="session")
def _lived(tmp_path_factory: pytest.TempPathFactory, _settled: Home) -> Home:
    return live_a_day(moved(_settled, tmp_path_factory.mktemp("lived")), hours=2)


@pytest.fixture
def bare_home(tmp_path: Path, _settled: Home) -> Home:
    """A home that nobody has asked anything in."""
    return moved(_settled, tmp_path)


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory, _settled: Home) -> Home:
    """One for all tests of a file that only look: a whole day."""
    return live_a_day(moved(_settled, tmp_path_factory.mktemp("home")))


@pytest.fixture
def home(tmp_path: Path, _lived: Home) -> Home:
    """One for a test that changes things: two hours."""
    return moved(_lived, tmp_path)


def moved(home: Home, folder: Path) -> Home:
    """A copy of a home: quicker than to settle anew."""
    shutil.copytree(home.state, folder / "state")
    (folder / "run").mkdir()
    return Home(folder / "state", folder / "run", list(home.written))


class Visitor(TestClient):
    """A browser of somebody who is logged in: `get` looks, `form` posts as a plain form, `tap` as htmx does."""

    home: Home
    csrf: str

    def form(self, path: str, **fields: str) -> Any:
        return self.post(path, data={"csrf": self.csrf, **fields})

    def tap(self, path: str, **fields: str) -> Any:
        return self.post(path, data=fields, headers={"HX-Request": "true", "X-CSRF-Token": self.csrf})

    def engine(self) -> Any:
        return edit.engine(self.home.state)


@contextmanager
def visiting(home: Home, logged_in: bool = True) -> Iterator[Visitor]:
    made = Visitor(app.create(home.state, home.run, {}), "http://telltale", client=("192.168.1.2", 40000))
    made.home, made.csrf, made.follow_redirects = home, "", False
    if logged_in:
        session = account.create_session(edit.engine(home.state), "192.168.1.2")
        made.csrf = session.csrf
        made.cookies.set("telltale_session", session.id)
    with made:
        yield made


@pytest.fixture
def visitor(home: Home) -> Iterator[Visitor]:
    with visiting(home) as client:
        yield client


@pytest.fixture(scope="module")
def looker(lived_in: Home) -> Iterator[Visitor]:
    with visiting(lived_in) as client:
        yield client


@pytest.fixture
def newcomer(bare_home: Home) -> Iterator[Visitor]:
    with visiting(bare_home) as client:
        yield client


@pytest.fixture
def stranger(bare_home: Home) -> Iterator[Visitor]:
    """Not logged in."""
    with visiting(bare_home, logged_in=False) as client:
        yield client
