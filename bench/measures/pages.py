# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page and every statistic of the API over a long log: what a person waits for.

Which pages there are is not written down here: they are found by their links on the home page, and the calls of the API
in its own description. So a new one is measured too.
"""

import json
import re
import time
from urllib.parse import urlencode

from bench.bed import Bed
from bench.measures.log import write
from bench.telltale import Telltale

PERIODS = ("-24h", "-7d", "-90d")
TOPS = ("names", "companies", "devices", "lists")
KEPT = {"TELLTALE_LOG_KEEP_DAYS": "3650", "TELLTALE_LOG_MAX_MB": "1048576"}  # the log is made to be this long
NOT_TIMED = ("/logout", "/login", "/setup", "/api/docs", "/static")
_HREF = re.compile(r"""href=["'](/[^"'#]*)""")


def run(bed: Bed) -> None:
    """Fill a log, open everything, and note each with its worst place in the summary."""
    rows = bed.scale.log_rows
    server = bed.telltale("pages", every_core=True, workers=1, settings=KEPT)
    server.prepare(())
    bed.say(f"writing a log of {rows:,} rows")
    done = write(bed, server.state, rows)
    bed.note("log, bytes a row all told", server.name, "bytes", [done["bytes"] / done["rows"]], f"{rows:,} rows")
    bed.note("log, rows a second while filling", server.name, "rows/s", [done["rows"] / done["seconds"]])
    server.launch()
    server.wait_for_pages()
    slowest: dict[str, float] = {}
    for path in [*_pages(server), *_calls(server)]:
        times = [_time(server, path, bed.scale.page_limit) for _ in range(bed.scale.page_rounds)]
        kept = [one for one in times if one is not None]
        if not kept:
            continue
        cut = "given up" if max(kept) >= bed.scale.page_limit else ""
        bed.note(f"GET {path}", server.name, "ms", [one * 1000 for one in kept], cut)
        slowest[path] = max(kept)
    worst = max(slowest, key=lambda path: slowest[path])
    bed.note("slowest page or statistic", server.name, "ms", [slowest[worst] * 1000], f"{worst}, {rows:,} rows")
    server.remove()


def _time(server: Telltale, path: str, limit: float) -> float | None:
    """Seconds, the limit for one that takes longer, None for one that cannot be had like this."""
    begun = time.monotonic()
    try:
        done = server.get(path, limit)
    except TimeoutError:
        server.stop()  # or it would work on beside the next one
        server.launch()
        server.wait_for_pages()
        return limit
    except OSError:
        return None
    return time.monotonic() - begun if done.status == 200 else None


def _pages(server: Telltale) -> list[str]:
    """All that the home page and the pages behind it link to, one of each kind, in every time range."""
    home = server.get("/", 120).body.decode()
    found = {path.replace("&amp;", "&"): None for path in ["/", *_HREF.findall(home)]}
    for path in ("/devices", "/queries"):
        found[path] = None
    found["/devices/1?range=30d"] = found["/explain?name=www.example.org"] = None
    found["/queries?name=zan"] = found["/queries?verdict=BLOCK&device=3"] = None
    return one_of_each([path for path in found if not path.startswith(NOT_TIMED)])


def one_of_each(paths: list[str]) -> list[str]:
    """Of paths that differ only in a number or a name (`/devices/1`, `?name=…`), the first."""
    kept: dict[str, str] = {}
    for path in paths:
        kind = re.sub(r"/\d+", "/N", re.sub(r"\b(name|device|company|list|from|to)=[^&]+", r"\1=X", path))
        kept.setdefault(kind, path)
    return list(kept.values())


def _calls(server: Telltale) -> list[str]:
    """Every GET of the API's description that can be called without knowing more, those with a period in three."""
    described = json.loads(server.get("/api/openapi.json").body)["paths"]
    found = []
    for path, item in described.items():
        call = item.get("get")
        if not call or "text/event-stream" in call.get("responses", {}).get("200", {}).get("content", {}):
            continue
        path = path.replace("{device_id}", "1")
        if "{" in path:
            continue
        has = {one["name"] for one in call.get("parameters", []) if one["in"] == "query"}
        found += variants(path, has)
    return found


def variants(path: str, parameters: set[str]) -> list[str]:
    """The call with each period and, where it has them, each `of` and a verdict."""
    if "from" not in parameters:
        return [f"{path}?name=www.example.org" if "name" in parameters else path]
    made = []
    for period in PERIODS:
        made += [{"from": period, "of": of} for of in TOPS] if "of" in parameters else [{"from": period}]
        if "verdict" in parameters:
            made.append({"from": period, "verdict": "BLOCK"})
    return [f"{path}?{urlencode(one)}" for one in made]
