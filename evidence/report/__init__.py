# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: what a device, or a company, did in the home, as one file that proves itself; and the check of one.

    log, facts ──► report_counts ───────────────────┐
    index, config.db ──► findings.leak_judge ───────┤
    chain.db, records ──► row_digests ──────────────┼─► report_document ─► report_html, sealed ─► FILE ─► report_check
    config.db, bypass.db ──► circumstances ─────────┘        (a dict, as JSON has it)

An idle test whose rows the log let go is reported from its kept result: kept_test, kept_numbers ─► report_document.
"""
