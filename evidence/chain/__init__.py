# SPDX-License-Identifier: GPL-3.0-or-later
"""The chain of days: a digest of each closed day of the query log, each made with the one before; and its check.

querylog.db, a day of it ──► day_digest ──► SHA-256 of its rows, and sums of each thousand ──► chain.db
                                                                                verify ◄──────────┘
"""
