# SPDX-License-Identifier: GPL-3.0-or-later
"""store: what the house knows. All SQL, and facts without behaviour. Nothing below it; every other room reads here.

                 web UI, CLI                              workers                    update process
                      │ edit, lists, account                 ▲ policy, changes             │ list_status
                      ▼ (SQLModel, one COMMIT)               │ (plain sqlite3)             ▼
    STATE/      ┌─ config.db ── precious: settings, policy, blocklists, devices, account ─────────┐ db (check, copy)
                └────────▲────────────────────────────────────────────────────────────────────────┘
                         │ devices
                     recorder ◄── records (batches) ── workers
                         │ logwriter, rolling, retention
                ┌────────▼────────────────────────────────────────────────────────────────────────┐
                └─ querylog.db ── disposable: one integer row a query, its words, sums of hours ──┘
                         │ stats, queries (read-only)
                         ▼ web UI, evidence

Two databases, because they differ in worth: config.db is small, checked and copied at every start; querylog.db is
large, has one writer, and is begun anew when it is damaged. A third, bypass.db, is the firewall process's own. The
database is the message: an edit is one COMMIT that bumps
`policy_version`, and whoever watches the file builds its policy anew.

Order to read: migrations/ (the tables), records (verdict, origin, a batch), db, settings and endpoints; then config.db
by policy, changes, transact, edit, lists, account, names, devices, list_status, tables; then the log by querylog,
logwriter with inserts, logwords, spool and chunks, tally, blocks, rolling, retention, and for reading
cover, stats with leaders, latest, moments and tops, queries. Beside them: bypass (what the wall caught), answered
(the workers' word to the wall), and secret, status and logs, which every process needs.

Only tables, transact, edit, lists (with list_input) and account import sqlmodel: it costs a process 40 MiB.
"""
