# SPDX-License-Identifier: GPL-3.0-or-later
"""Every setting stands on exactly one page."""

from collections import Counter

from store.config.settings import SETTINGS
from webui.frame import setting_areas


def test_every_setting_stands_on_exactly_one_page() -> None:
    counts = Counter(key for area in setting_areas.AREAS for key in area.keys)
    assert counts == Counter(list(SETTINGS))


def test_areas_are_told_apart() -> None:
    keys = [area.key for area in setting_areas.AREAS]
    assert len(set(keys)) == len(keys) and not {"health", "restart", "password", "tokens"} & set(keys)
    assert all(setting_areas.area(key) is area for key, area in zip(keys, setting_areas.AREAS, strict=True))
    assert setting_areas.area("nonsense") is None
    assert setting_areas.href("log_keep_days") == "/settings/kept#set-log_keep_days"


def test_few_are_seen_at_once() -> None:
    assert max(len(area.settings) for area in setting_areas.AREAS) <= 4
