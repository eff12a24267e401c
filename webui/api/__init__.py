"""The REST API under /api/v1: one resource a file, each with an `APIRouter` named `router`.

    router.py      puts them together
    period.py      from, to and step as people and programs write them
    shapes.py      the JSON that goes out
    session.py     first run, log in, log out          health.py     is it well?
    stats.py       the numbers behind the pages        queries.py    the query log, and live
    devices.py     devices                             blocklists.py blocklists and their toggles
    rules.py       the home's own rules                explain.py    the verdict and why
    settings.py    settings                            tokens.py     API tokens
    describe.py    /api/docs and /api/openapi.json

Who may call is decided by the gate in webui/auth.py before any of these runs.
"""
