# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of the first run, put together."""

from __future__ import annotations

from webui.first_run import block_page, check_page, makers_page, router_page, setup_page

PAGES = (setup_page, block_page, makers_page, router_page, check_page)
