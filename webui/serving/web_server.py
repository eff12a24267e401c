# SPDX-License-Identifier: GPL-3.0-or-later
"""The server of the pages' process: uvicorn's, which waits for what arrives and for its end, and ticks for neither."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, cast

import uvicorn

from webui.serving.arrivals import Arrivals
from webui.serving.idleness import Idleness, Visits

if TYPE_CHECKING:
    from webui.http.state import WebUi
    from webui.serving.web_connection import WebConnection


class Server(uvicorn.Server):
    """Ends live streams as soon as the process is asked to stop, and leaves with exit code 0. Sleeps while nobody asks.

    `handed`: over these come connections of those who ask over HTTPS. `way`: to the supervisor, which takes what comes
    while this process is not there: where there is one, the process ends when nobody has asked for a while, and
    `asleep` says so.
    """

    def __init__(
        self, config: uvicorn.Config, visits: Visits | None = None, handed: Sequence[socket.socket] = (),
        way: socket.socket | None = None,
    ) -> None:  # fmt: skip
        super().__init__(config)
        self._visits, self._handed, self._way = visits or Visits(0.0), handed, way
        self._end: Callable[[], object] | None = None
        self._arrivals: Arrivals | None = None
        self.asleep = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup([])  # what arrives is accepted by ourselves
        if self.should_exit:
            return
        self._arrivals = Arrivals(self, sockets or (), self._handed, self._way)
        self._arrivals.open()

    async def main_loop(self) -> None:
        """Wait for the end; uvicorn looks for it ten times a second, and dates answers then (see WebConnection)."""
        end, loop = asyncio.Event(), asyncio.get_running_loop()
        self._end = partial(loop.call_soon_threadsafe, end.set)
        self._visits.last = loop.time()
        sleeping = loop.create_task(self._sleep(), name="sleep")
        if not self.should_exit:
            await end.wait()
        sleeping.cancel()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._arrivals is not None:
            self._arrivals.close()
            await self._arrivals.settled()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._ui.stopping = True
        self.finish()

    def finish(self) -> None:
        """End; from whatever thread."""
        self.should_exit = True
        if self._end is not None:
            self._end()

    @property
    def _ui(self) -> WebUi:
        return cast("WebUi", self.config.app.state.ui)  # type: ignore[union-attr]

    async def _sleep(self) -> None:
        """End once nobody has asked for as long as the settings say."""
        if self._way is None or self._arrivals is None:
            return
        state = self.server_state
        ui, connections = self._ui, cast("set[WebConnection]", state.connections)
        seconds = partial(_seconds, ui)
        await Idleness(self._visits, self._arrivals, self._way, seconds, ui.is_busy, state.tasks, connections).wait()
        self.asleep = True
        self.finish()


def _seconds(ui: WebUi) -> float:
    return ui.settings().pages_sleep_seconds
