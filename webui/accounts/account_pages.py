# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of who may use this, put together."""

from __future__ import annotations

from webui.accounts import accounts_page, login_page, tokens_page

PAGES = (login_page, accounts_page, tokens_page)
