# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the query log, put together: the log, one look-up of it, its live tail, what is taken out."""

from __future__ import annotations

from webui.queries import live_rows, log_files_page, queries_page, query_page

PAGES = (queries_page, log_files_page, query_page, live_rows)
