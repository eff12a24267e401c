# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever is behind gives way to nobody."""

from resolver.recorder.courtesy import FEW, Courtesy


def test_it_gives_way_while_it_keeps_up() -> None:
    courtesy = Courtesy()
    assert courtesy()
    courtesy.read(FEW + 1)
    assert not courtesy() and not courtesy()
    courtesy.read(FEW)
    assert courtesy()
