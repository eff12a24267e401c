# SPDX-License-Identifier: GPL-3.0-or-later
"""Other blockers' history into the query log, and what a person deletes from it.

    FILE ─► pihole_history, adguard_history, dnsmasq_history, jsonl_history ─► import_file (sorted, in STATE/log-tasks)
         ─► log_tasks ─► the log's one writer: intake (missing rows), clearing (what a person deletes)

A file is read whole before the first of its rows goes into the log, so one that is refused leaves nothing behind.
"""
