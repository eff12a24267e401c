# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages about blocklists and rules, put together; one file a page.

blocklists_page   packs, catalogue, added lists; their toggles
rules_page        the home's own rules
"""

from __future__ import annotations

from webui.lists import blocklists_page, rules_page

PAGES = (blocklists_page, rules_page)
