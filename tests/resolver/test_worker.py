"""A real worker process, asked by a real client."""

from __future__ import annotations

from typing import Any

from store.records import Origin


def test_a_name_comes_from_the_upstream_then_from_the_cache_then_from_the_memo(worker: Any, upstream: Any) -> None:
    for _ in range(3):
        response = worker.ask("www.plain.example")
        assert [str(rr) for rr in response.answer[0]] == ["192.0.2.1"]
    assert upstream.asked["www.plain.example"] == 1
    assert next(Origin(key.origin).name for _, key, _ in worker.rows(3)) == "UPSTREAM"
