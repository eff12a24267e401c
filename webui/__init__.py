"""The face: what a person sees and clicks, and the same for programs.

It owns the pages, the REST API and the live views, and who may use them. It reads config.db and querylog.db and changes
config.db through store.edit alone; workers see a change there by themselves. When this process is gone, DNS goes on.

    browser ──► headers ──► guard ──► gate ──► pages / api ──► store.edit    (config.db)
    program     every       from the   session    routes   ──► store.stats   (querylog.db, read-only)
                response    home, to    or token           ──► store.status  (what the processes say)
                has them    our name    and CSRF

Order to read:

    app        everything put together; `python -m webui.app` serves it on an inherited socket
    house      what one running web UI knows
    headers    security headers on every response, and the net under every exception
    guard      only callers from the home, only under our own names
    auth       the gate: who asks, and may they
    entry      first run, log in, log out        throttle   guessing is made slow
    problems   every error in plain words        deps       what a route may ask for
    probe      does DNS answer?                  tail       new records as they are committed
    api/       the REST API, one resource a file
    pages      the pages, one file each (pages_…), drawn on the server from templates/ and static/
    render     a template becomes a response     live       the live tail of the query log
    views      numbers shaped for the templates, and listviews, deviceviews, rulesviews, logviews, explainviews
    words      how a page says numbers and times ranges     the range picker's times
    health     what is not well, in sentences    addresses  where to point a device's DNS
"""
