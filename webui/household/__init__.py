# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of what a household decides, one file each with its template beside it.

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
