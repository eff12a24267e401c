# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of what the record proves, put together; one file a page, each reached from the line above all of them.

findings_page     what was found, and what became of it
whatif_page       what a change would have done
worth_page        what each list is worth
updates_page      what the last version of a list changed
whose_page        whose a name is, looked up and corrected
beat_page         a finding's beat as a picture
chain_page        the chain of days, and its head
reports_page      the report of a device or a company, as one file
"""

from __future__ import annotations

from webui.evidence import (
    beat_page,
    chain_page,
    findings_page,
    reports_page,
    updates_page,
    whatif_page,
    whose_page,
    worth_page,
)

PAGES = (findings_page, whatif_page, worth_page, updates_page, whose_page, reports_page, beat_page, chain_page)
