# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs of the makers whose devices are here."""

from __future__ import annotations

from typing import Any

import pytest

from store.config import lists
from store.household import changes

pytestmark = [pytest.mark.web, pytest.mark.database]


def test_makers_that_are_here_are_offered_with_their_devices(looker: Any) -> None:
    page = looker.get("/setup/makers").text
    there = (("pack:xiaomi", "Redmi Note 13"), ("pack:samsung", "Living room TV"), ("pack:amazon", "Kitchen"))
    for pack, device in there:
        assert f'name="level:{pack}"' in page and device in page
    assert page.index("pack:xiaomi") < page.index("pack:microsoft"), "with a device first, then what is asked for"
    assert "pack:roku" not in page


def test_before_anybody_asked_it_says_so(newcomer: Any) -> None:
    page = newcomer.get("/setup/makers").text
    assert "No maker is known yet" in page and "come back" in page


def test_levels_are_set_as_one_change(visitor: Any) -> None:
    count = len(changes.changes(visitor.engine(), limit=100))
    form = {"level:pack:xiaomi": "strict", "level:pack:samsung": "off", "level:pack:amazon": "safe",
            "level:hagezi-pro": "strict", "level:pack:none": "safe"}  # fmt: skip
    assert visitor.form("/setup/makers", **form).headers["location"] == "/setup/router"
    views = {view.id: view for view in lists.blocklists(visitor.engine())}
    assert views["pack:xiaomi"].level == "strict" and not views["pack:samsung"].on and not views["hagezi-pro"].on
    assert len(changes.changes(visitor.engine(), limit=100)) == count + 1
    refused = visitor.form("/setup/makers", **{"level:pack:lg": "odd", "level:pack:xiaomi": "safe"})
    assert refused.status_code == 422 and "no level" in refused.text
    assert len(changes.changes(visitor.engine(), limit=100)) == count + 1, "nothing of it was taken"
