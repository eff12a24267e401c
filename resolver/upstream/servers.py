# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers that may be asked, and which of them is asked next."""

from __future__ import annotations

import random
from collections.abc import Iterable

from resolver.upstream.server import Server

LOOK_ROUND = 0.02  # of all choices look at another server too: what was slow once is otherwise never found quick again
LOOK_UNOPENED = 0.25  # of those looks go on where it would take a handshake


class Servers(list[Server]):
    """In the order of the settings; the first is asked until others are known to be quicker.

    `spare`: plain servers beside encrypted ones, which are asked once all of those have failed; mostly none.
    """

    def __init__(self, servers: Iterable[Server] = (), spare: Iterable[Server] = ()) -> None:
        super().__init__(servers)
        self.spare = Servers(spare) if spare else None

    @property
    def all_down(self) -> bool:
        """Whether none of them is known to answer."""
        for server in self:
            if not server.down:
                return False
        return self.spare is None or self.spare.all_down

    @property
    def every(self) -> list[Server]:
        """With those that are spare."""
        return [*self, *(self.spare or ())]

    def choose(self, tried: tuple[Server, ...] = ()) -> Server:
        """The quickest server that is up and was not tried. There must be one at least."""
        if self.spare is not None and all(server.down or server in tried for server in self):
            return self.spare.choose(tried)
        if len(self) == 1:
            return self[0]
        fresh: list[Server] = [server for server in self if server not in tried] or self
        quickest = min(fresh, key=Server.rank)
        if len(fresh) > 1 and random.random() < LOOK_ROUND:  # noqa: S311
            self._look_at(random.choice([server for server in fresh if server is not quickest]))  # noqa: S311
        return quickest

    def _look_at(self, server: Server) -> None:
        if server.is_open or random.random() < LOOK_UNOPENED:  # noqa: S311
            server.look()

    def close(self) -> None:
        """Close all sockets to them."""
        for server in self:
            server.close()
