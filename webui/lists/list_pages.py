# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages about blocklists and rules, put together; one file a page.

blocklists_page   what is in force, how it is, who differs
packs_page        the vendor packs with their levels
catalogue_page    public lists, searched and filtered
add_list_page     a list of the home's own choice; preview_page: looked at before it is in force
list_worth_page   what one list is worth here
list_edits_page   what a click changes
list_page         a page for each list and pack; last, since its address is anything
"""

from __future__ import annotations

from webui.lists import (
    add_list_page,
    blocklists_page,
    catalogue_page,
    list_edits_page,
    list_page,
    list_worth_page,
    packs_page,
    preview_page,
)

PAGES = (
    blocklists_page, packs_page, catalogue_page, add_list_page, preview_page, list_worth_page,
    list_edits_page, list_page,
)  # fmt: skip
