# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens for programs: until when, from where they were used, and their end."""

import re
import time
from typing import Any

from sqlalchemy import text

from store.config import account
from store.config.session import Unnoted, writing

PAGE = "/accounts/tokens"


def test_a_token_is_shown_once_and_revoked(newcomer: Any) -> None:
    page = newcomer.form(PAGE, name="my <b>script</b>", scope="read", expires="never").text
    shown = re.search(r"<code>(tt_[\w-]+)</code>", page)
    assert shown
    found = account.find_token(newcomer.engine(), shown[1])
    assert found and found.scope == "read" and found.expires_at is None
    page = newcomer.get(PAGE).text
    assert shown[1] not in page
    assert "my &lt;b&gt;script&lt;/b&gt;" in page and "Does not end by itself" in page
    newcomer.form(f"{PAGE}/revoke", name="my <b>script</b>")
    assert account.find_token(newcomer.engine(), shown[1]) is None
    assert "One that is over" in newcomer.get(PAGE).text


def test_how_long_it_holds_is_thirty_days_unless_something_else_is_chosen(newcomer: Any) -> None:
    begun = int(time.time())
    newcomer.form(PAGE, name="usual", scope="read")
    newcomer.form(PAGE, name="dated", scope="admin", expires="date", day="2030-03-31")
    ends = {token.name: token.expires_at for token in account.tokens(newcomer.engine())}
    assert begun + 30 * 86_400 <= (ends["usual"] or 0) <= time.time() + 30 * 86_400
    assert "31 Mar 2030, 23:59" in newcomer.get(PAGE).text


def test_a_date_that_is_missing_past_or_none_is_said_beside_its_field(newcomer: Any) -> None:
    for day in ("", "2020-01-01", "soon"):
        refused = newcomer.form(PAGE, name="x", scope="read", expires="date", day=day)
        assert refused.status_code == 422, day
    assert newcomer.form(PAGE, name="x", scope="read", expires="x").status_code == 422
    assert account.tokens(newcomer.engine()) == []


def test_it_says_when_and_from_where_each_was_used(newcomer: Any) -> None:
    made = account.create_token(newcomer.engine(), "phone", "read")
    assert "and has never done so" in newcomer.get(PAGE).text
    account.find_token(newcomer.engine(), made, address="192.168.1.77")
    page = newcomer.get(PAGE).text
    assert "from 192.168.1.77" in page and "One program may come in." in page


def test_one_past_its_expiry_opens_nothing_and_is_told_so(newcomer: Any) -> None:
    made = account.create_token(newcomer.engine(), "old one", "read", int(time.time()) + 60)
    with writing(newcomer.engine(), Unnoted("time goes by")) as session:
        session.execute(text("UPDATE token SET expires_at = 1000"))
    refused = newcomer.get("/api/v1/rules", headers={"Authorization": f"Bearer {made}"})
    assert refused.status_code == 401
    assert refused.json()["detail"] == "The token old one is past its expiry; make another one."
    assert "Past its expiry since" in newcomer.get(PAGE).text
