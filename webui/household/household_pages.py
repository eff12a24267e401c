# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of what a household decides, put together; one file a page.

group_page        groups, and one of them
times_page        schedules
backup_page       all decisions as a file, and back; backup_api the same for programs
changes_page      the history of changes, and Undo
names_page        local records, and domains that other servers answer
pause_page        pauses, what is let through for a while
requests_page     what devices ask for: with what it would open, decided with a word
my_page           one's own device, without log-in
dhcp_page         DHCP: on, off, what is handed out, static leases, who has which address
"""

from __future__ import annotations

from webui.household import (
    backup_page,
    changes_page,
    dhcp_page,
    group_page,
    my_page,
    names_page,
    pause_page,
    requests_page,
    times_page,
)

PAGES = (
    backup_page, changes_page, group_page, times_page, names_page, pause_page, requests_page, my_page,
    dhcp_page,
)  # fmt: skip
