# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of companies, put together: all of them, and one."""

from __future__ import annotations

from webui.companies import companies_page, company_page

PAGES = (companies_page, company_page)
