# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report counts of its subject: look-ups by name, company, hour, list and half, beats, leaks, and their SQL.

    log ─► log_measures ─► report_numbers ─┬─► tables, as JSON has them ─► report
    log ─► half_rows, beat_rows, leak_rows ┘   report_sql: the statements that give the same
"""
