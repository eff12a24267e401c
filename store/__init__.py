# SPDX-License-Identifier: GPL-3.0-or-later
"""store: what the house knows. All SQL, and facts without behaviour; every room above reads here.

                 web UI, CLI                              workers                    update process
                      │ edit, lists, account                 ▲ policy, watch               │ list_status
                      ▼ (SQLModel, one COMMIT)               │ (plain sqlite3)             ▼
    STATE/      ┌─ config.db ── precious: settings, policy, blocklists, devices, account ─────────┐ db (check, copy)
                └────────▲────────────────────────────────────────────────────────────────────────┘
                         │ devices
                     recorder ◄── records (batches) ── workers
                         │ writer, rollup, retention
                ┌────────▼────────────────────────────────────────────────────────────────────────┐
                └─ querylog.db ── disposable: one integer row a query, its words, sums of hours ──┘
                         │ summary, queries (read-only)
                         ▼ web UI, evidence

Two databases, because they differ in worth: config.db is small, checked and copied at every start; querylog.db is
large, has one writer, and is begun anew when it is damaged. A third, bypass.db, is the firewall process's own. The
database is the message: an edit is one COMMIT that bumps `policy_version`, and whoever watches the file builds its
policy anew.

Wings, from the ground up; each may import those before it:

    locale   what languages differ in beside their words (plural forms, digits), and how their files read
    base     what every process needs: SQLite files, secret, what each process says of itself (status, process_status),
             lines of log, version, argv; sentences for people, and the languages that they are said in
    health   what all that the processes say adds up to: one verdict, with each problem and its cure
    events   what the kernel tells of files, config.db above all, so that nobody looks again and again
    rows     config.db as SQLModel classes, and what edits are written with, imported when an edit first needs them
    names    names and patterns of names as people write them, which patterns may be held, and what names can be for;
             where lists come from, and texts made harmless to the eye
    passwords  which passwords are easily guessed
    history  config.db's past: who acts, what an edit alters row by row, and how rows are put back
    config   config.db: settings, tables, sessions that edit it, lists, devices, account, who watches it
    accounts  config.db too: people and their roles, from where they are logged in, their second step
    rules    config.db too: the home's own rules, many at once: edited together, read from a text
    devices  config.db too: which device an address belongs to, as the network shows it and as people say it; what
             kind of thing each is
    local    config.db too: names of the home's own: records, names of devices, domains that are forwarded; and what
             people said of names of others: whose they are
    household  config.db too: groups, times, pauses, names let through, the history of changes; and the policy that
             follows from all of it
    certificates  STATE/tls: the certificate that encrypted DNS and HTTPS are served with, made here or brought; what is
             wrong with it
    backup   all that was decided as one text, and back
    sums     what sums of the query log are made of: packed numbers, sections of counts; which query begins a look-up
    log      querylog.db: its columns, what a log can do whoever keeps it, and how SQLite does the writing: batches,
             words and their ids, what waits, sums of hours, retention
    privacy  what of a query may be written down, and of whom
    stats    how SQLite does the reading: numbers for pages, each a count over the log; the log row by row; search
    imports  other blockers' history, and what a person deletes: read, and done by the log's one writer in small steps
    wall     the wall's switches as they are edited; bypass.db, and the workers' word to the wall

Begin with migrations/ (the tables), then log/records (verdict, origin, the columns of the log), log/protocol and
household/policy.

No file imports sqlmodel at its top but those of rows that hold the classes: it costs a process 20 MiB and a quarter of
a second. Edits take it from rows.orm and rows.tables; what pages show is read in plain SQL (config.session.looking).
"""
