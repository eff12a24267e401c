# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of services, put together: all of them, and one."""

from __future__ import annotations

from webui.services import service_page, services_page

PAGES = (services_page, service_page)
