# SPDX-License-Identifier: GPL-3.0-or-later
"""The idle test: a device is left alone for a while, and everything that it asks for then is its own doing.

    begin ──► idle_tests.db ──► over ──► settle: rows of the log ─► tally ─► result, kept ──► compare, report
              (and a pause, which ends by itself)
"""
