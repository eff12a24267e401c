# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that calls the API with an admin token.

`admin` calls a home with a day of queries; `reading` one that all tests of a file share; `bare` one where nothing was
asked yet.
"""

import itertools
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from told_facts import ToldFacts
from web_app import web_app_of

from store.base import db
from store.config import account, devices, edit, lists
from store.config.choices import ListKind, PackLevel
from store.devices import device_edits, sightings_store
from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.writer import Writer

PHONE, TV, LAPTOP, SPEAKER, UNNAMED = (f"192.168.1.{number}" for number in (21, 30, 40, 50, 60))
# address, name, maker, the names that it asks for in turn: (name, blocked, company)
DEVICES: tuple[tuple[str, str | None, str | None, tuple[tuple[str, bool, str | None], ...]], ...] = (
    (PHONE, "Redmi Note 13", "Xiaomi", (("data.mistat.xiaomi.com", True, "Xiaomi"), ("api.io.mi.com", False, "Xiaomi"),
                                        ("<script>alert(1)</script>.example", False, None))),
    (TV, "Living room TV", "Samsung", (("samsungads.com", True, "Samsung"), ("netflix.com", False, "Netflix"))),
    (LAPTOP, "Anna's laptop", None, (("example.org", False, None), ("a.\u202egnp.example", False, None))),
    (SPEAKER, "Kitchen speaker", "Amazon", (("device-metrics-us.amazon.com", False, "Amazon"),)),
    (UNNAMED, None, None, (("pool.ntp.org", False, None),)),
)  # fmt: skip
COMPANY = {name: company for device in DEVICES for name, _, company in device[3]}
LARGE = "https://lists.example/large.txt"
STEP_US = 90_000_000  # between two queries of a device, so that a day has 960 of each


@dataclass(frozen=True, slots=True)
class Written:
    """One record as it went into the log."""

    name: str
    client: str
    verdict: Verdict
    company: str | None


@dataclass(slots=True)
class Home:
    state: Path
    run: Path
    written: list[Written] = field(default_factory=list)

    def count(self, **wanted: object) -> int:
        return sum(all(getattr(row, key) == value for key, value in wanted.items()) for row in self.written)

    def most(self, key: str) -> dict[object, int]:
        return dict(Counter(getattr(row, key) for row in self.written))


def settle(folder: Path) -> Home:
    """One pack, one list of the catalogue, and a password that nobody knows."""
    home = Home(folder / "state", folder / "run")
    home.run.mkdir(parents=True)
    db.open_config(home.state)
    with closing(db.connect(home.state / "config.db")) as con:
        con.execute("INSERT INTO account (id, password_hash, changed_at) VALUES (1, 'scrypt$2$8$5$00$00', 0)")
    pack = lists.BlocklistSeed("pack:xiaomi", ListKind.PACK, "Xiaomi", "", on=True, level=PackLevel.SAFE)
    large = lists.BlocklistSeed("general-large", ListKind.CATALOGUE, "General", LARGE, "hosts")
    lists.sync_blocklists(edit.engine(home.state), [pack, large])
    return home


def live(home: Home, rounds: int) -> Home:
    """Queries of the last hours, up to a day with 949 rounds, written through the recorder's own writer."""
    ids = {}
    with closing(db.connect(home.state / "config.db")) as config:
        for address, name, maker, _ in DEVICES:
            ids[address] = sightings_store.sighted(config, address)
            sightings_store.set_maker(config, ids[address], maker)
            if name:
                device_edits.rename_device(edit.engine(home.state), ids[address], name)
        names = devices.names(config)
    with closing(querylog.open_log(home.state / "querylog.db")) as log:
        writer = Writer(log, ToldFacts(COMPANY.get))
        for batch in batches(home, rounds):
            writer.add(batch, ids.get)
        writer.commit()
        querylog.copy_names(log, names, {"pack:xiaomi": "Xiaomi"})
    return home


def batches(home: Home, rounds: int) -> Iterator[Batch]:
    now = time.time_ns() // 1000
    for number, (address, _, _, asked) in enumerate(DEVICES):
        keys = [
            Key(name, qtype, Verdict.BLOCK if blocked else Verdict.PASS, Origin.MEMO if blocked else Origin.UPSTREAM,
                "pack:xiaomi" if blocked else "", name if blocked else "", 0, "" if blocked else "9.9.9.9")
            for qtype in (1, 28, 65) for name, blocked, _ in asked
        ]  # fmt: skip
        turn = itertools.cycle(range(len(keys)))
        rows = [(now - back * STEP_US - number, 0, next(turn), 1500) for back in range(1, rounds + 1)]
        chosen = [keys[row[2]] for row in rows]
        home.written += [Written(key.name, address, Verdict(key.verdict), COMPANY[key.name]) for key in chosen]
        yield Batch(number + 1, 0, 1, [address], keys, rows)


@contextmanager
def calling(home: Home) -> Iterator[TestClient]:
    token = account.create_token(edit.engine(home.state), "test", "admin")
    with web_app_of(home.state, home.run) as app:
        client = TestClient(app, "http://telltale/api/v1", client=("192.168.1.2", 40000))
        client.headers["Authorization"] = f"Bearer {token}"
        with client:
            yield client


@pytest.fixture(scope="session")
def _settled(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return settle(tmp_path_factory.mktemp("settled"))


@pytest.fixture(scope="session")
def _lived(tmp_path_factory: pytest.TempPathFactory, _settled: Home) -> Home:
    return live(moved(_settled, tmp_path_factory.mktemp("lived")), 20)


def moved(home: Home, folder: Path) -> Home:
    """A copy: quicker than to settle anew."""
    copy = Home(folder / "state", folder / "run", list(home.written))
    shutil.copytree(home.state, copy.state)
    copy.run.mkdir()
    return copy


@pytest.fixture
def home(tmp_path: Path, _lived: Home) -> Home:
    return moved(_lived, tmp_path)


@pytest.fixture
def admin(home: Home) -> Iterator[TestClient]:
    with calling(home) as client:
        yield client


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory, _settled: Home) -> Home:
    return live(moved(_settled, tmp_path_factory.mktemp("home")), 949)


@pytest.fixture(scope="module")
def reading(lived_in: Home) -> Iterator[TestClient]:
    with calling(lived_in) as client:
        yield client


@pytest.fixture
def bare_home(tmp_path: Path, _settled: Home) -> Home:
    return moved(_settled, tmp_path)


@pytest.fixture
def bare(bare_home: Home) -> Iterator[TestClient]:
    with calling(bare_home) as client:
        yield client
