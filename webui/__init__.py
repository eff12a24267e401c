# SPDX-License-Identifier: GPL-3.0-or-later
"""The face: what a person sees and clicks, and the same for programs.

It owns the pages, the REST API and the live views, and who may use them. It reads config.db and querylog.db and changes
config.db through store.config.edit alone; workers see a change there by themselves. When this process is gone, DNS goes
on.

    browser ──► headers ──► access ──► auth ──► pages / api ──► store.config.edit    (config.db)
    program     every       from the   session  routes     ──► store.log.protocol   (the query log, to read)
                response    home, to   or token            ──► store.health         (how well all is)
                has them    our name   and CSRF

Wings, from the ground up; each may import those before it:

    http     what every request goes through: access, headers, who asks (auth, login, throttle), errors in plain
             words (problems), what a route may ask for (deps), what one running web UI knows (state)
    serving  the server under it: connections (arrivals, web_connection), and when all of it sleeps (idleness)
    views    pure: what a page shows, from what store says; how numbers are said (formatting) and times (timerange)
    numbers  pure: how many, and to whom; what tracks is told apart from what somebody uses
    frame    what stands around every page: where one can go, what needs attention, what a search finds
    api      the REST API, one resource a file; shapes that several share
    pages    the pages, one file each with its template beside it; the frame and shared parts are in templates/
    accounts  who may use this: log-in, people and their roles, sessions, two-step log-in, tokens; pages and API
    private_dns  encrypted DNS as a person sets it up: the certificate, profiles, each device
    signatures  whether answers are checked for forgery: how it stands, what fails, what is let through
    settings  what is decided about Telltale itself: a page for each thing that people want
    home     the first page: who watches this home, what is new, what wants a look
    queries  the query log: its filters, rows and live tail; one look-up with all that is known of it
    services  services and safe search: who uses which, for whom it is blocked and when
    evidence  pages and calls about what the record proves
    household  pages of what a household decides beyond lists and rules; backups, as pages and over the API
    lists    blocklists, packs, the catalogue
    rules    the home's own rules: what they did, changed in place, tried, pasted, taken along
    idle_test a device that is left alone for a while: begun, watched, compared; at the device itself, too
    devices   the devices, and each one: its story, what is decided for it, what is known about it
    companies  the companies that devices talk to, and each one: who talks to it, what blocks it, to block it
    first_run the first ten minutes: password, how much to block, makers seen, the router, a checklist
    route_table.py  every address by the module that answers there, imported when it is first asked for
    app.py   everything put together, and how it is served on an inherited socket
    lean_start.py   the process of it: `python -m webui.lean_start`, with what no page needs of its libraries left out
"""
