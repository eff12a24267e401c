# SPDX-License-Identifier: GPL-3.0-or-later
"""Names as hostile as they come, on every page that there is: they are text everywhere, and nothing else."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from full_home import fill, publish
from lived_in_home import TV, XIAOMI, Home, Visitor, live_a_day, settle, visiting
from page_addresses import all_pages, is_page, links_in

from blocklists.whose import facts
from store.base import db
from store.config import devices, edit, lists
from store.devices import device_edits
from store.household import groups, requests, schedules
from store.household.window_input import read_window
from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.writer import Writer
from webui.route_table import PREFIX

pytestmark = [pytest.mark.process, pytest.mark.web]  # the wall's page asks `ip`

OVERRIDE = "\u202e"  # what follows is shown from right to left
NAMES = (
    "<img src=x onerror=alert(1)>.example",
    "<svg/onload=alert(1)>.example",
    "\"><script>alert(1)</script>.example",
    "'-alert(1)-'.example",
    "javascript:alert(1).example",
    "=cmd|'/c calc'!a0.example",
    f"{OVERRIDE}gpj.example",
    "\U0001f4fa\U0001f468\u200d\U0001f469\u200d\U0001f467.example",
    ".".join(("a" * 63, "b" * 63, "c" * 63, "d" * 61)),
)
CALLED = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\u05d0\u05d1 \"'><b>", "\U0001f4fa {{7*7}}", "${7*7}"
)  # fmt: skip


class Markup(HTMLParser):
    """What a page has that none of ours has: handlers in attributes, scripts without a source, addresses of code, and
    text that turns what follows round.
    """

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.faults += [f"<{tag} {name}>" for name in values if name.startswith("on")]
        code = ("javascript:", "data:", "vbscript:")
        self.faults += [
            f"<{tag} {name}={value}>" for name, value in attrs
            if name in ("href", "src", "action") and (value or "").strip().lower().startswith(code)
        ]
        if tag == "script" and not values.get("src") and values.get("type") != "application/json":
            self.faults.append("<script> without a source")
        if tag == "img" and values.get("src") == "x":
            self.faults.append("<img src=x>")
        for name in ("title", "aria-label", "placeholder", "alt"):
            self.handle_data(values.get(name) or "")

    def handle_data(self, data: str) -> None:
        if OVERRIDE in data:
            self.faults.append(f"turned round: {data[:80]!r}")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    home = fill(live_a_day(settle(tmp_path_factory.mktemp("hostile")), hours=1))
    rename(home)
    ask(home)
    publish(home)
    with visiting(home) as visitor:
        yield visitor


def rename(home: Home) -> None:
    """Everything that people name is called so."""
    engine = edit.engine(home.state)
    with closing(db.connect(home.state / "config.db", read_only=True)) as con:
        numbers = [row.id for row in devices.devices(con)]
    for number, name in zip(numbers, CALLED, strict=False):
        device_edits.rename_device(engine, number, name)
    for place, name in enumerate(CALLED):
        groups.add_group(engine, f"{name} group")
        schedules.add_schedule(engine, f"{name} times", [read_window("daily 12:00-13:00")])
        lists.add_blocklist(engine, f"https://lists.example/{place}.txt", f"{name} list")
        edit.add_rule(engine, "block", f"rule{place}.example", comment=name)
    requests.ask_for(engine, numbers[0], "asked.example", CALLED[0])


def ask(home: Home) -> None:
    """Every name, blocked for one device and answered for another, a moment ago."""
    now_us = time.time_ns() // 1000
    with closing(db.connect(home.state / "config.db", read_only=True)) as con:
        ids = {address: row.id for row in devices.devices(con) for address in row.addresses}
    verdicts = (Verdict.BLOCK, "own", "rule"), (Verdict.PASS, "", "")
    keys = [Key(name, 1, verdict, Origin.SELF, by, name if rule else "", 0, "")
            for verdict, by, rule in verdicts for name in NAMES]  # fmt: skip
    rows = [(now_us - 60_000_000 + place, place % 2, place, 900) for place in range(len(keys))]
    with closing(querylog.open_log(home.state / querylog.FILE_NAME)) as log:
        writer = Writer(log, facts.load())
        writer.add(Batch(1, 0, 1, [XIAOMI, TV], keys, rows), ids.get)
        writer.commit()


def test_on_every_page_they_are_text(hostile: Visitor) -> None:
    seen = dict[str, bytes]()

    def get(path: str) -> bytes:
        response = hostile.get(path)
        return seen.setdefault(path, response.content if response.status_code == 200 else b"")

    pages = all_pages(hostile.app, get, links_in)  # type: ignore[arg-type]
    assert len(pages) > 40
    for path in pages:
        markup = Markup()
        markup.feed(seen[path].decode())
        assert markup.faults == [], path
    together = b"".join(seen.values()).decode()
    assert "&lt;img src=x onerror=alert(1)&gt;.example" in together
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in together
    assert "\U0001f4fa 49" not in together


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_for_by_such_a_name_is_text(hostile: Visitor, name: str) -> None:
    for path in ("/queries", "/explain", "/evidence/names", "/search"):
        for parameter in ("name", "q"):
            response = hostile.get(path, params={parameter: name})
            assert response.status_code < 500
            if is_page(response.content):
                markup = Markup()
                markup.feed(response.text)
                assert markup.faults == [], path


def test_exports_hold_them_as_no_formula(hostile: Visitor) -> None:
    response = hostile.get(f"{PREFIX}/queries.csv")
    assert response.status_code == 200
    cells = [cell for row in csv.reader(StringIO(response.text)) for cell in row]
    assert "'=cmd|'/c calc'!a0.example" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "-"))]


def test_the_parser_finds_what_it_looks_for(tmp_path: Path) -> None:
    markup = Markup()
    markup.feed(f"<img src=x onerror=alert(1)><a href=' JavaScript:x'>y{OVERRIDE}</a><script>z</script>")
    assert len(markup.faults) == 5
