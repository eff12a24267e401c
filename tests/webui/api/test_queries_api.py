# SPDX-License-Identifier: GPL-3.0-or-later
import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import pytest
from fastapi.testclient import TestClient
from told_facts import NOTHING
from waiting import HANG_SECONDS
from web_app import web_app

from store.config import account, edit
from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.writer import Writer
from webui.http import tail

ALL = {"from": "-25h", "to": "2100-01-01T00:00:00Z"}


def pages(api: TestClient, **wanted: Any) -> list[dict[str, Any]]:
    """Every item, page by page."""
    items: list[dict[str, Any]] = []
    params: dict[str, Any] = {**ALL, **wanted}
    while True:
        page = api.get("/queries", params=params).json()
        items += page["items"]
        if page["next"] is None:
            return items
        params["cursor"] = page["next"]


def test_pages_are_complete_without_repeats_and_newest_first(reading: TestClient, lived_in: Any) -> None:
    items = pages(reading, limit=700)
    assert sorted(item["name"] for item in items) == sorted(row.name for row in lived_in.written)
    times = [item["time"] for item in items]
    assert times == sorted(times, reverse=True)


def test_a_small_page_walks_the_same_rows(reading: TestClient) -> None:
    wanted = {"device": 5, "limit": 90}
    assert pages(reading, **wanted) == pages(reading, **{**wanted, "limit": 1000})
    assert len(reading.get("/queries", params={**ALL, **wanted}).json()["items"]) == 90


def test_a_record_has_the_columns_of_the_contract(reading: TestClient) -> None:
    item = reading.get("/queries", params={"verdict": "BLOCK", "limit": 1}).json()["items"][0]
    assert {"time", "device", "client", "name", "type", "verdict", "origin", "rule", "list", "company", "rcode",
            "upstream", "duration_ms"} <= set(item)  # fmt: skip
    assert item["verdict"] == "BLOCK" and item["list"].startswith("pack:") and item["origin"] == "MEMO"


@pytest.mark.parametrize(
    ("wanted", "column", "value"),
    [
        ({"name": "mistat"}, "name", "data.mistat.xiaomi.com"),
        ({"name": "*.amazon.com"}, "name", "device-metrics-us.amazon.com"),
        ({"client": "192.168.1.30"}, "device", "Living room TV"),
        ({"verdict": "BLOCK", "list": "pack:xiaomi"}, "list", "pack:xiaomi"),
        ({"company": "Xiaomi"}, "company", "Xiaomi"),
        ({"type": "HTTPS"}, "type", "HTTPS"),
    ],
)
def test_filters_hold_for_every_item(reading: TestClient, wanted: dict[str, str], column: str, value: str) -> None:
    items = pages(reading, limit=1000, **wanted)
    assert items and {item[column] for item in items} == {value}


def test_filters_together_are_an_and(reading: TestClient, lived_in: Any) -> None:
    items = pages(reading, limit=1000, client="192.168.1.21", verdict="BLOCK")
    assert len(items) == lived_in.count(client="192.168.1.21", verdict=Verdict.BLOCK)


def test_hostile_names_are_text(reading: TestClient) -> None:
    body = reading.get("/queries", params={**ALL, "name": "script"}).json()
    assert body["items"][0]["name"] == "<script>alert(1)</script>.example"
    response = reading.get("/queries", params={**ALL, "name": "gnp"})
    assert "\u202egnp.example" in response.json()["items"][0]["name"]
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "wanted", [{"cursor": "nonsense"}, {"limit": 0}, {"limit": 1001}, {"verdict": "MAYBE"}, {"device": "x"}]
)
def test_bad_parameters_are_refused(reading: TestClient, wanted: dict[str, Any]) -> None:
    assert reading.get("/queries", params=wanted).status_code == 422


def note(home: Any, *names: str) -> None:
    """What the recorder does when queries come in now."""
    now = time.time_ns() // 1000
    keys = [Key(name, 1, Verdict.PASS, Origin.UPSTREAM, "", "", 0, "9.9.9.9") for name in names]
    rows = [(now + number, 0, number, 900) for number in range(len(names))]
    with closing(querylog.open_log(home.state / "querylog.db")) as log:
        writer = Writer(log, NOTHING)
        writer.add(Batch(1, 0, now, ["192.168.1.77"], keys, rows), lambda _: None)
        writer.commit()


class Listener:
    """An SSE client straight on the ASGI app: TestClient would wait for the end of the stream."""

    def __init__(self, home: Any, token: str, path: str = "/api/v1/queries/live", **headers: str) -> None:
        self.app = web_app(home.state, home.run, {})
        self.ui = self.app.state.ui
        query = b""
        path, _, asked = path.partition("?")
        query = asked.encode()
        sent = {"host": "telltale", "authorization": token, **headers}
        self.scope: dict[str, Any] = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": query, "root_path": "",
            "headers": [(key.replace("_", "-").encode(), value.encode()) for key, value in sent.items()],
            "client": ("192.168.1.2", 40000), "server": ("telltale", 80), "state": {},
        }  # fmt: skip
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def __aenter__(self) -> "Listener":
        async def receive() -> dict[str, Any]:
            await asyncio.Event().wait()
            return {}

        self.task = asyncio.create_task(self.app(self.scope, receive, self.messages.put))  # type: ignore[arg-type]
        self.start = await asyncio.wait_for(self.messages.get(), HANG_SECONDS)
        if not any(key == b"last-event-id" for key, _ in self.scope["headers"]):
            assert b"listening" in (await asyncio.wait_for(self.messages.get(), HANG_SECONDS))["body"]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.ui.stopping = True
        await asyncio.wait_for(self.task, HANG_SECONDS)

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        while True:
            text = (await asyncio.wait_for(self.messages.get(), HANG_SECONDS)).get("body", b"").decode()
            for block in text.split("\n\n"):
                fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line and line[0] != ":")
                if fields.get("event") == "query":
                    yield {"id": fields["id"], **json.loads(fields["data"])}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail, "POLL_SECONDS", 0.02)


def test_live_gives_new_records_as_events(bare: TestClient, bare_home: Any, quick: None) -> None:
    async def listen() -> list[dict[str, Any]]:
        got = []
        async with Listener(bare_home, bare.headers["authorization"]) as listener:
            assert dict(listener.start["headers"])[b"content-type"].startswith(b"text/event-stream")
            assert dict(listener.start["headers"])[b"cache-control"] == b"no-store"
            await asyncio.to_thread(note, bare_home, "first.example", "<b>.example")
            async for event in listener.events():
                got.append(event)
                if len(got) == 2:
                    await asyncio.to_thread(note, bare_home, "third.example")
                if len(got) == 3:
                    return got
        return got

    got = asyncio.run(listen())
    assert [event["name"] for event in got] == ["first.example", "<b>.example", "third.example"]
    assert [int(event["id"]) for event in got] == sorted(int(event["id"]) for event in got)
    assert got[0]["client"] == "192.168.1.77"


def test_live_takes_the_filters_of_the_log_and_goes_on_after_a_break(
    bare: TestClient, bare_home: Any, quick: None
) -> None:
    token = bare.headers["authorization"]
    note(bare_home, "before.example")

    async def first(path: str, *noted: str, **headers: str) -> dict[str, Any]:
        async with Listener(bare_home, token, path, **headers) as listener:
            if noted:
                await asyncio.to_thread(note, bare_home, *noted)
            async for event in listener.events():
                return event
        raise AssertionError

    assert asyncio.run(first("/api/v1/queries/live?name=b.ex", "a.example", "b.example"))["name"] == "b.example"
    assert asyncio.run(first("/api/v1/queries/live", "c.example"))["name"] == "c.example"  # not what was there before
    assert asyncio.run(first("/api/v1/queries/live", last_event_id="1"))["name"] == "before.example"


def test_too_many_listeners_are_told_to_come_back(bare: TestClient) -> None:
    ui = bare.app.state.ui  # type: ignore[attr-defined]
    ui.listeners = tail.MAX_LISTENERS
    response = bare.get("/queries/live")
    assert response.status_code == 503 and response.headers["retry-after"] == "30"
    assert ui.listeners == tail.MAX_LISTENERS


def test_a_listener_gives_its_place_back(bare: TestClient, bare_home: Any, quick: None) -> None:
    async def listen() -> int:
        async with Listener(bare_home, bare.headers["authorization"]) as listener:
            assert listener.ui.listeners == 1
        return int(listener.ui.listeners)

    assert asyncio.run(listen()) == 0


def test_a_stream_ends_with_the_token_that_opened_it(
    bare: TestClient, bare_home: Any, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "KNOWN_SECONDS", 0.0)
    engine = edit.engine(bare_home.state)
    made = account.create_token(engine, "for a while", "read")

    async def listen() -> None:
        async with Listener(bare_home, f"Bearer {made}") as listener:
            await asyncio.to_thread(account.revoke_token, engine, "for a while")
            await asyncio.wait_for(asyncio.shield(listener.task), HANG_SECONDS)
            assert not listener.ui.stopping

    asyncio.run(listen())
