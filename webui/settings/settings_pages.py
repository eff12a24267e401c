# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of settings, put together; a page for each area comes last, since its address is any word."""

from __future__ import annotations

from webui.settings import (
    clear_log_page,
    health_page,
    language_page,
    restart_page,
    setting_area_page,
    settings_page,
    upstream_test_page,
)

PAGES = (
    settings_page, language_page, health_page, restart_page, clear_log_page, upstream_test_page,
    setting_area_page,
)  # fmt: skip
