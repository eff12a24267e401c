# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens for programs."""

import re
from typing import Any

from store.config import account


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
