# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether DNS can be answered before anything is made ready."""

import socket
from pathlib import Path

from appliance.process.sockets import DnsSockets
from appliance.start.inventory import House
from store.config.settings import Settings


def test_an_index_from_before_can_be_answered_from(state: Path) -> None:
    with socket.socket() as web:
        house = House(state, state / "run", Settings(), DnsSockets(), web, ("127.0.0.1", 8053))
        assert house.can_answer()
        (state / "index" / "current.idx").unlink()
        assert not house.can_answer()
