# SPDX-License-Identifier: GPL-3.0-or-later
"""What each list blocked today is what the log says, for the house or for a device."""

from __future__ import annotations

import time
from contextlib import closing
from typing import Any

import pytest

from store.log.records import Verdict
from store.stats.sqlite_reader import open_reader
from webui.pages.hits_today import hits_today
from webui.views import ranges

pytestmark = pytest.mark.database


def test_hits_of_a_device_are_part_of_the_houses(looker: Any) -> None:
    with closing(open_reader(looker.home.state)) as reader:
        whole, alone = hits_today(reader), hits_today(reader, 1)
    count = looker.home.count(ranges.midnight_us(time.time()), company="Xiaomi", verdict=Verdict.BLOCK)
    assert whole.get("pack:xiaomi", 0) == count
    assert all(alone[blocklist] <= whole[blocklist] for blocklist in alone)
