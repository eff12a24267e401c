# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the query log, put together: the log itself, and its live tail."""

from __future__ import annotations

from webui.queries import live_rows, queries_page

PAGES = (queries_page, live_rows)
