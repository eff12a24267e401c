# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from webui.http import kept_backups
from webui.http.kept_backups import KEPT_SECONDS, MAX_KEPT, KeptBackups


def test_what_is_kept_is_found_by_its_digest_until_it_is_dropped() -> None:
    kept = KeptBackups()
    key = kept.keep("home.json", "{}\ud800")
    assert kept.find(key) == ("home.json", "{}\ud800") and kept.keep("other name", "{}\ud800") == key
    kept.drop(key)
    kept.drop(key)
    assert kept.find(key) is None


def test_the_newest_few_are_kept() -> None:
    kept = KeptBackups()
    keys = [kept.keep("", str(number)) for number in range(MAX_KEPT + 1)]
    assert [kept.find(key) is None for key in keys] == [True] + [False] * MAX_KEPT


def test_and_for_some_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, now = KeptBackups(), [0.0]
    monkeypatch.setattr(kept_backups.time, "monotonic", lambda: now[0])
    key = kept.keep("home.json", "{}")
    now[0] = KEPT_SECONDS - 1
    assert kept.find(key) and kept.are_kept()
    now[0] = KEPT_SECONDS
    assert kept.find(key) is None and not kept.are_kept()
