# SPDX-License-Identifier: GPL-3.0-or-later
"""How looks are told; and once that a process is started and answers."""

from pathlib import Path

import pytest

from bench.first_page import Look, Pages, table, told
from store.base import db


def test_the_middle_of_the_starts_is_told() -> None:
    looks = [Look("/", 200, wall, wall / 2, 1024 * 40) for wall in (900.0, 2000.0, 1000.0)]
    assert told(looks) == {"status": 200, "wall_ms": 1000, "cpu_ms": 500, "private_mib": 40.0}


def test_a_page_has_its_first_look_and_a_later_one_in_a_line() -> None:
    [line] = table([Look("/devices", 200, 120.0, 90.0, 51_200), Look("/devices", 200, 12.0, 9.0, 52_224)])
    assert line.split() == ["/devices", "200", "120", "12", "ms", "51.0", "MiB"]


@pytest.mark.process
def test_a_start_is_measured(tmp_path: Path) -> None:
    db.open_config(tmp_path)
    pages = Pages(tmp_path, tmp_path, "telltale_session=nobody")
    try:
        look = pages.look("/health", 0.0)
        assert look.status in (200, 503) and look.cpu_ms > 0 and look.private_kib > 1000
    finally:
        pages.stop()
