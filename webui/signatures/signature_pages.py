# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of this wing, put together; /settings/dnssec itself is one of the areas of settings."""

from __future__ import annotations

from webui.signatures import dnssec_page

PAGES = (dnssec_page,)
