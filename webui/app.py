# SPDX-License-Identifier: GPL-3.0-or-later
"""The app put together, and how it is served; the process is `webui.lean_start`, which calls `main`."""

from __future__ import annotations

import asyncio
import importlib
import os
import resource
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import anyio.to_thread
import uvicorn
from fastapi import Depends, FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from fastapi.telemetry import TelemetryConfig
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount

from network.places import Places
from resolver.kept import freed_memory
from store.base import logs
from store.base.argv import argued
from store.base.pulse import ASLEEP, beat
from webui.http import problems
from webui.http.access import Access
from webui.http.auth import gate
from webui.http.form_calls import FormCalls
from webui.http.give_back import GiveBack
from webui.http.head import Head
from webui.http.headers import SecurityHeaders
from webui.http.lazy_routes import LazyRoutes, LoadRoutes
from webui.http.state import VERSION, WebUi
from webui.http.who_acts import MarkChanges
from webui.route_table import TABLE
from webui.serving.idleness import Visits
from webui.serving.web_connection import BOUNDS, WebConnection
from webui.serving.web_server import Server

HERE = Path(__file__).parent
# Threads that run routes: some may wait for an upstream or a disk while others read; each takes some memory.
MAX_THREADS = 8
# Connections that are accepted at one go; those that find no place are gone before the next.
BACKLOG = 128
# For the next request over the same connection.
KEEP_ALIVE_SECONDS = 5
# For every connection, and the files and databases of as many requests as there are threads, more than enough.
MAX_FILES = 4096
GRACE_SECONDS = 5
# What is smaller fits one packet as it is; level 5 takes a third of the time of 9 for a few bytes more.
GZIP_BYTES = 800
GZIP_LEVEL = 5
BEAT_SECONDS = 10.0  # the supervisor waits for a minute
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False}


def create(state: Path, run: Path, environ: Mapping[str, str]) -> FastAPI:
    """The whole web UI over one state directory. `app.state.ui` holds what it knows."""
    ui = WebUi(state, run, environ)
    app = FastAPI(
        title="Telltale",
        version=VERSION,
        description="What the home's devices ask for, and what is blocked.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry=NO_TELEMETRY,
        lifespan=_lifespan,
        dependencies=[Depends(gate)],
        # Headers before all that answers: refusals carry them.
        middleware=[
            Middleware(GiveBack), Middleware(SecurityHeaders), Middleware(Access), Middleware(Head),
            Middleware(GZipMiddleware, minimum_size=GZIP_BYTES, compresslevel=GZIP_LEVEL), Middleware(FormCalls),
            Middleware(MarkChanges), Middleware(LoadRoutes),
        ],
    )
    app.state.ui = ui
    problems.install(app)
    app.state.problem_page = _problem_page
    app.state.lazy_routes = routes = LazyRoutes(app, TABLE)
    routes.end_with(Mount("/static", StaticFiles(directory=HERE / "static"), name="static"))
    return app


async def _problem_page(request: Request, shown: problems.Shown) -> Response:
    """How an error looks to a person."""
    show: problems.ProblemPage = importlib.import_module("webui.pages.templating").problem_page
    return await show(request, shown)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = MAX_THREADS
    beating = asyncio.create_task(_beat())
    yield
    app.state.ui.stopping = True
    app.state.ui.questions.close()
    app.state.ui.kept_throttles.save()
    beating.cancel()


async def _beat() -> None:
    """The supervisor starts this process again when it hangs."""
    while True:
        beat()
        await asyncio.sleep(BEAT_SECONDS)


def main(words: Sequence[str] | None = None) -> int:
    """Serves on the inherited listening socket until SIGTERM, or until nobody has asked for a while: exit code ASLEEP.

    `--handed`, `--way`: over these come connections from the process that ends HTTPS, and from the supervisor.
    """
    given = argued(words, ("state", "run", "fd"), ("handed", "way"))
    logs.setup("webui")
    _allow_files()
    freed_memory.share()
    visits = Visits(0.0)
    connection = partial(WebConnection, places=Places(BOUNDS), visits=visits)
    app = create(Path(given["state"]), Path(given["run"]), os.environ)
    app.state.ui.keeps_templates = True
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        loop="asyncio",  # a few pages a minute: uvloop would cost more memory than it saves time
        http=connection,  # type: ignore[arg-type]  # made as the class is
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    handed, way = ([socket.socket(fileno=int(given[key]))] if given[key] else [] for key in ("handed", "way"))
    server = Server(config, visits, handed, *way)
    server.run(sockets=[socket.socket(fileno=int(fd)) for fd in given["fd"].split(",")])
    return ASLEEP if server.asleep else 0


def _allow_files() -> None:
    """Take more descriptors than a shell gives, where it may: without one left, no connection can be accepted."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MAX_FILES if hard == resource.RLIM_INFINITY else min(MAX_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
