# SPDX-License-Identifier: GPL-3.0-or-later
"""The password, and tokens for programs."""

import re
from typing import Any

from store.config import account


def test_change_the_password(newcomer: Any) -> None:
    home = newcomer.home
    response = newcomer.form(
        "/settings/password", current=home.PASSWORD, new="another long one", again="another long one"
    )
    assert response.headers["location"] == "/settings/access?notice=password"
    assert account.check_password(newcomer.engine(), "another long one")
    assert newcomer.get("/settings/access").status_code == 200


def test_a_password_change_needs_the_old_one_and_two_same_new_ones(newcomer: Any) -> None:
    wrong = newcomer.form("/settings/password", current="no", new="another long one", again="another long one")
    assert wrong.status_code == 401
    differ = newcomer.form(
        "/settings/password", current=newcomer.home.PASSWORD, new="another long one", again="another"
    )
    assert differ.status_code == 422
    assert account.check_password(newcomer.engine(), newcomer.home.PASSWORD)


def test_a_token_is_shown_once_and_revoked(newcomer: Any) -> None:
    page = newcomer.form("/settings/tokens", name="my <b>script</b>", scope="read").text
    shown = re.search(r"<code>(tt_[\w-]+)</code>", page)
    assert shown
    found = account.find_token(newcomer.engine(), shown[1])
    assert found
    assert found.scope == "read"
    page = newcomer.get("/settings/access").text
    assert shown[1] not in page
    assert "my &lt;b&gt;script&lt;/b&gt;" in page
    newcomer.form("/settings/tokens/revoke", name="my <b>script</b>")
    assert account.find_token(newcomer.engine(), shown[1]) is None
