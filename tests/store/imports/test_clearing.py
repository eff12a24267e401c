# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person deletes is gone, the rest counts as before, whether hours were added up or not."""

from pathlib import Path

import pytest
from imported import NOW_US, import_file, rows, select, take_in, writer
from pihole_log import PiHoleRow, write_v6

from store.imports import clearing, log_tasks
from store.imports.clearing import Clear, dumped, loaded
from store.stats.sqlite_reader import open_reader

pytestmark = pytest.mark.database

AT = NOW_US / 1e6 - 10 * 86_400
CLIENTS = ("192.168.1.1", "192.168.1.2")


@pytest.fixture
def filled(state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ten hours of two devices; one has names of its own."""
    monkeypatch.setattr(clearing, "STEP_ROWS", 30)
    told = [
        PiHoleRow(AT + at * 180, "a.example" if at % 2 else f"{at}.example", CLIENTS[at % 2]) for at in range(200)
    ]
    import_file(state, write_v6(tmp_path / "p.db", told))
    log = writer(state)
    while log.roll():
        pass
    log.close()
    return state


def _queries(state: Path) -> int:
    reader = open_reader(state)
    with reader.counts(0, NOW_US) as counts:
        queries = counts.summary().queries
    reader.close()
    return queries


def _device(state: Path, client: str) -> int:
    return next(row.device_id for row in rows(state) if row.client == client and row.device_id)


def _clear(state: Path, clear: Clear) -> int:
    log_tasks.ask_to_clear(state, clear)
    take_in(state)
    return int(select(state, "SELECT records FROM cleared ORDER BY id DESC LIMIT 1")[0][0])


def test_all_of_a_device_goes_and_its_names_with_it(filled: Path) -> None:
    assert _clear(filled, Clear(device=_device(filled, CLIENTS[0]))) == 100
    assert {row.client for row in rows(filled)} == {CLIENTS[1]}
    assert [name for (name,) in select(filled, "SELECT name FROM names ORDER BY name")] == ["a.example"]
    assert _queries(filled) == 100
    log = writer(filled)
    while log.roll():
        pass
    log.close()
    assert _queries(filled) == 100


def test_what_is_older_goes_and_first_seen_says_no_more(filled: Path) -> None:
    before_us = round((AT + 100 * 180) * 1e6)
    assert _clear(filled, Clear(before_us)) == 100
    assert min(row.time_us for row in rows(filled)) == before_us
    assert _queries(filled) == 100
    assert select(filled, "SELECT min(first_us) >= ? FROM clients".replace("?", str(before_us))) == [(1,)]


def test_older_ones_of_a_device(filled: Path) -> None:
    device, before_us = _device(filled, CLIENTS[1]), round((AT + 100 * 180) * 1e6)
    assert _clear(filled, Clear(before_us, device)) == 50
    assert _queries(filled) == 150
    assert all(row.time_us >= before_us for row in rows(filled) if row.client == CLIENTS[1])


def test_everything_and_what_is_of_a_source(filled: Path) -> None:
    assert _clear(filled, Clear(source="own")) == 0
    assert _clear(filled, Clear(source="imported")) == 200
    assert (rows(filled), _queries(filled)) == ([], 0)


def test_all_of_it(filled: Path) -> None:
    assert _clear(filled, Clear()) == 200
    assert (rows(filled), _queries(filled)) == ([], 0)
    assert select(filled, "SELECT count(*) FROM names") == [(0,)]


def test_a_request_is_read_as_it_was_written() -> None:
    clear = Clear(17, 3, "pihole")
    assert loaded(dumped(clear)) == clear
    for text in ("[]", '{"before_us": "x"}', '{"device": 1.5}', '{"source": 3}', "", "x"):
        with pytest.raises(ValueError, match=r"request|Expecting"):
            loaded(text)
