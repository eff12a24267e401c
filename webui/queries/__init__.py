# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log as people read it: rows that fold, filters that live in the address, what comes in meanwhile.

queries_page   the log with its filters, as a page
live_rows      the live tail: new rows over server-sent events
"""
