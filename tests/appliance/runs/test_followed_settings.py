# SPDX-License-Identifier: GPL-3.0-or-later
"""An edit is read once, whoever looks first, and nothing is read where there was none."""

from __future__ import annotations

from pathlib import Path

import pytest
from waiting import until

from appliance.runs.followed_settings import FollowedSettings
from store.base import db
from store.config import edit, usable_settings
from store.config.settings import Settings

pytestmark = pytest.mark.database


def test_it_is_read_once_for_all_who_look(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = [0]
    load = usable_settings.load_stored

    def counted(*given: object) -> Settings | None:
        reads[0] += 1
        return load(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(usable_settings, "load_stored", counted)
    followed = FollowedSettings(state, {"TELLTALE_DHCP": "on"})
    edit.put_settings(edit.engine(state), {"wall": "watch"})
    until(lambda: followed.look().wall == "watch" and followed._marks.sure)
    before = reads[0]
    assert all(followed.look().dhcp == "on" for _ in range(100)) and reads[0] == before
    edit.put_settings(edit.engine(state), {"wall": "off"})
    until(lambda: followed.look().wall == "off")
    assert reads[0] > before


def test_where_nothing_can_be_read_what_was_holds_and_at_first_what_is_said_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed = FollowedSettings(tmp_path, {"TELLTALE_WALL": "enforce"})
    assert followed.look().wall == "enforce"
    db.open_config(tmp_path)
    edit.put_settings(edit.engine(tmp_path), {"dhcp": "on"})
    assert followed.look().dhcp == "on"
    with monkeypatch.context() as patch:
        patch.setattr(usable_settings, "load_stored", lambda *_: None)
        edit.put_settings(edit.engine(tmp_path), {"dhcp": "off"})
        assert followed.look().dhcp == "on"
    assert followed.look().dhcp == "off"
