# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of settings, put together."""

from __future__ import annotations

from webui.settings import language_page, settings_page

PAGES = (settings_page, language_page)
