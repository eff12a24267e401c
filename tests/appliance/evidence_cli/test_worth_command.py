# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence worth`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from told_facts import NOTHING

from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.writer import Writer

pytestmark = pytest.mark.process


def test_lists_are_told_with_what_they_alone_block(command: Callable[..., tuple[int, str, str]], state: Path) -> None:
    key = Key("sdkconfig.ad.xiaomi.com", 1, Verdict.BLOCK, Origin.SELF, "pack:xiaomi", "x", 0, "")
    begun = (int(time.time()) - 1800) * 1_000_000
    with closing(querylog.open_log(state / querylog.FILE_NAME)) as con:
        writer = Writer(con, NOTHING)
        writer.add(Batch(1, 0, 1, ["192.168.1.9"], [key], [(begun + at, 0, 0, 9) for at in range(30)]), {}.get)
        writer.commit()
    worth = json.loads(command("evidence", "worth", "--json")[1])
    xiaomi = next(each for each in worth["lists"] if each["id"] == "pack:xiaomi")
    assert (xiaomi["hits"], xiaomi["blocks"], xiaomi["unique"]) == (30, 30, 30)
    assert "pack:xiaomi" not in worth["lose_nothing"] and "pack:samsung" in worth["lose_nothing"]
    code, _, error = command("evidence", "worth", "--from", "soon")
    assert code == 1 and "no time" in error
