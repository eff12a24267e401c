# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of this wing, put together; /settings/encrypted itself is one of the areas of settings."""

from __future__ import annotations

from webui.private_dns import certificate_page, device_dns_page, profiles_page

PAGES = (certificate_page, device_dns_page, profiles_page)
