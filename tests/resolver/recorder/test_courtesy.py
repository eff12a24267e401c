# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever is behind gives way to nobody."""

from resolver.recorder.courtesy import FEW, FEW_ROWS, Courtesy


def test_it_gives_way_while_it_keeps_up() -> None:
    courtesy = Courtesy()
    assert courtesy()
    for messages, rows in ((FEW + 1, FEW + 1), (FEW, FEW_ROWS + 1)):
        courtesy.read(messages, rows)
        assert not courtesy() and not courtesy()
        courtesy.read(FEW, FEW_ROWS)
        assert courtesy()
