# SPDX-License-Identifier: GPL-3.0-or-later
"""Seats within a bound: the oldest goes, one at a time."""

import pytest

from resolver.kept import client_seats
from resolver.kept.client_seats import ClientSeats


def test_whoever_came_first_goes_first_and_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_seats, "CLIENTS_MAX", 3)
    seats = ClientSeats[str, int]()
    for number, client in enumerate("abcde"):
        seats.put(client, number)
    assert dict(seats) == {"c": 2, "d": 3, "e": 4}


def test_who_is_there_already_pushes_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_seats, "CLIENTS_MAX", 2)
    seats = ClientSeats[str, int]()
    for client, number in (("a", 1), ("b", 2), ("a", 3)):
        seats.put(client, number)
    assert dict(seats) == {"a": 3, "b": 2}
