# SPDX-License-Identifier: GPL-3.0-or-later
"""The inbox of requests: with what they would open, decided with a word, and what was decided."""

from typing import Any

from store.config import edit
from store.household import requests


def test_a_request_in_its_context_and_a_no_with_a_word(visitor: Any) -> None:
    assert "Nobody waits for an answer." in visitor.get("/requests").text
    edit.add_rule(visitor.engine(), "block", "xiaomi.com")
    asked = requests.ask_for(visitor.engine(), 1, "xiaomi.com", "please <b>")
    page = visitor.get("/requests").text
    assert "Redmi Note 13 asks for xiaomi.com." in page and "please &lt;b&gt;" in page
    assert "Blocked by a rule of your own" in page
    assert "data.mistat.xiaomi.com" in page, "what else it opens"
    sent = visitor.form("/requests/answer", id=str(asked.id), grant="no", word="after homework", back="/requests")
    assert sent.headers["location"] == "/requests"
    page = visitor.get("/requests").text
    assert "Nobody waits" in page and "after homework" in page and "refused" in page


def test_granted_for_a_while_or_for_good(visitor: Any) -> None:
    for grant, outcome in (("15", "let through for a while"), ("ever", "allowed for good")):
        asked = requests.ask_for(visitor.engine(), 1, f"{grant}.example")
        visitor.form("/requests/answer", id=str(asked.id), grant=grant, word="enjoy", back="/requests")
        assert outcome in visitor.get("/requests").text
    assert [row.name for row in edit.rules(visitor.engine())] == ["ever.example"]
    assert [row.word for row in requests.decided(visitor.engine())] == ["enjoy", "enjoy"]
    asked = requests.ask_for(visitor.engine(), 1, "more.example")
    refused = visitor.form("/requests/answer", id=str(asked.id), grant="no", word="x" * 201)
    assert refused.status_code == 422 and "200 printable" in refused.text


def test_many_that_wait_come_page_by_page(visitor: Any) -> None:
    engine = visitor.engine()
    asked = [requests.ask_for(engine, 1 + number // 20, f"wait{number}.example") for number in range(25)]
    first, second = visitor.get("/requests").text, visitor.get("/requests?from=20").text
    assert "25 names are asked for." in first and "25 names are asked for." in second
    assert [f'id="request-{row.id}"' in first for row in asked] == [True] * 20 + [False] * 5
    assert [f'id="request-{row.id}"' in second for row in asked] == [False] * 20 + [True] * 5
    assert "/requests?from=20" in first and "/requests?from=0" in second and "/requests?from=40" not in second
    assert 'id="request-' not in visitor.get("/requests?from=40").text


def test_what_it_opens_is_told_of_each_alone(visitor: Any) -> None:
    """All are looked up at once."""
    for name in ("mistat.xiaomi.com", "xiaomi.com", "nothing.example"):
        requests.ask_for(visitor.engine(), 1, name)
    page = visitor.get("/requests").text
    _, *cards = page.split('<section class="card" id="')
    opened = ["data.mistat.xiaomi.com" in card for card in cards[:3]]
    assert opened == [True, True, False]
    assert "Nothing else below this name" in cards[2]
