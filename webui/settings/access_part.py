# SPDX-License-Identifier: GPL-3.0-or-later
"""What "Who may use this" shows beside its settings: the password, and tokens for programs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from store.config import account
from webui.http.state import WebUi
from webui.views import settings_view


def values(ui: WebUi, engine: Engine) -> dict[str, Any]:
    return {"tokens": account.tokens(engine), "token_scopes": settings_view.TOKEN_SCOPES, "new_token": ""}
