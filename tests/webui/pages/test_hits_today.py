# SPDX-License-Identifier: GPL-3.0-or-later
"""What each list blocked today is what the log says, for the house or for a device."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from one_day import of_one_day

from store.log.records import Verdict
from store.stats.sqlite_reader import open_reader
from webui.pages.hits_today import hits_today

pytestmark = pytest.mark.database


def test_hits_of_a_device_are_part_of_the_houses(looker: Any) -> None:
    def look(since: int) -> tuple[dict[str, int], dict[str, int], int]:
        with closing(open_reader(looker.home.state)) as reader:
            count = looker.home.count(since, company="Xiaomi", verdict=Verdict.BLOCK)
            return hits_today(reader), hits_today(reader, 1), count

    whole, alone, count = of_one_day(look)
    assert whole.get("pack:xiaomi", 0) == count
    assert all(alone[blocklist] <= whole[blocklist] for blocklist in alone)
