# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers that may be asked, and which of them is asked next."""

from __future__ import annotations

import random

from resolver.upstream.server import Server

LOOK_ROUND = 0.02  # of all choices look at another server too: what was slow once is otherwise never found quick again


class Servers(list[Server]):
    """In the order of the settings; the first is asked until others are known to be quicker."""

    @property
    def all_down(self) -> bool:
        """Whether none of them is known to answer."""
        for server in self:  # noqa: SIM110 - all() is slower, and each memo miss asks this
            if not server.down:
                return False
        return True

    def choose(self, tried: tuple[Server, ...] = ()) -> Server:
        """The quickest server that is up and was not tried. There must be one at least."""
        if len(self) == 1:
            return self[0]
        fresh: list[Server] = [server for server in self if server not in tried] or self
        quickest = min(fresh, key=Server.rank)
        if len(fresh) > 1 and random.random() < LOOK_ROUND:  # noqa: S311
            random.choice([server for server in fresh if server is not quickest]).look()  # noqa: S311
        return quickest

    def close(self) -> None:
        """Close all sockets to them."""
        for server in self:
            server.close()
