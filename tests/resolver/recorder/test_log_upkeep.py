# SPDX-License-Identifier: GPL-3.0-or-later
"""A history is taken in by the recorder, a step at a time, and what does not work is reported."""

import time
from pathlib import Path

import pytest
from imported import NOW_US, read, rows, take_in, writer
from pihole_log import PiHoleRow, write_v6
from told_facts import ToldFacts

from resolver.recorder import log_upkeep
from resolver.recorder.log_upkeep import LogUpkeep
from store.config.settings import Settings
from store.imports import intake
from store.imports.log_tasks import FOLDER
from store.log import attribution
from store.log.protocol import LogError, Retained
from store.names.purpose import Purpose

pytestmark = pytest.mark.database


def test_a_history_is_taken_in_between_other_things(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake.step, "__defaults__", (50,))
    told = [PiHoleRow(NOW_US / 1e6 - 9_000 + at, "a.example") for at in range(120)]
    read(state, write_v6(tmp_path / "p.db", told))
    log, reported = writer(state), list[str]()
    upkeep = LogUpkeep(log, state, Settings, lambda what, error: reported.append(what))
    steps = 0
    while len(rows(state)) < 120 and steps < 9:
        upkeep.do_what_is_due(time.monotonic() + log_upkeep.RETAIN_SECONDS)
        steps += 1
    assert steps == 3
    assert upkeep.due <= time.monotonic() + log_upkeep.ROLL_SECONDS
    upkeep.close()
    log.close()
    assert reported == []


def test_what_does_not_work_is_reported_and_tried_again(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log, reported = writer(state), list[str]()

    def fail(*words: object) -> bool:
        raise LogError("full")

    for name in ("roll", "retain", "work", "attribute"):
        monkeypatch.setattr(log, name, fail)
    (state / FOLDER).mkdir()
    (state / FOLDER / "1.clear").touch()
    upkeep = LogUpkeep(log, state, Settings, lambda what, error: reported.append(what))
    upkeep.do_what_is_due(0.0)
    assert len(reported) == 4
    upkeep.do_what_is_due(log_upkeep.RETAIN_SECONDS)
    assert len(reported) == 8
    upkeep.clock_was_set(log_upkeep.RETAIN_SECONDS)
    upkeep.close()
    log.close()


def test_while_nothing_is_to_be_done_nothing_is_written(state: Path) -> None:
    log = writer(state)
    upkeep = LogUpkeep(log, state, Settings, lambda *_: None)
    upkeep.do_what_is_due(0.0)
    written = (state / "querylog.db-wal").read_bytes()
    for second in range(1, int(log_upkeep.RETAIN_SECONDS)):
        upkeep.do_what_is_due(float(second))
    assert (state / "querylog.db-wal").read_bytes() == written, "a card wears by each write"
    upkeep.close()
    log.close()


def test_what_a_lowered_setting_makes_too_old_goes_at_once(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """AdGuardHome#7893: rows older than what was just set were still shown."""
    log, asked, settings = writer(state), list[tuple[int, ...]](), [Settings(log_keep_days=90)]

    def retain(*limits: int) -> Retained:
        asked.append(limits)
        return Retained(0, more=False)

    monkeypatch.setattr(log, "retain", retain)
    upkeep = LogUpkeep(log, state, lambda: settings[0], lambda what, error: None)
    for days in (90, 90, 7, 7):
        settings[0] = Settings(log_keep_days=days)
        upkeep.do_what_is_due(1.0)
    assert [days for days, *_ in asked] == [90, 7]
    upkeep.close()
    log.close()


def test_an_imported_history_follows_what_is_known_of_its_names(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attribution, "STEP_NAMES", 1)
    told = [PiHoleRow(NOW_US / 1e6 - 9_000 + at, f"n{at % 3}.example") for at in range(9)]
    read(state, write_v6(tmp_path / "p.db", told))
    log = writer(state)
    take_in(state, log)
    assert {row.company for row in rows(state)} == {None}
    log.follow_facts(ToldFacts(lambda name: "Acme", lambda name: Purpose.ADS, "2"))
    upkeep = LogUpkeep(log, state, Settings, lambda what, error: None)
    now, seen = time.monotonic(), list[int]()
    while len(seen) < 9 and (not seen or seen[-1] < 9):
        now += log_upkeep.FACTS_SECONDS
        upkeep.do_what_is_due(now)
        seen.append(sum((row.company, row.kind, row.purpose) == ("Acme", "tracking", "ads") for row in rows(state)))
    assert seen[-1] == 9 and seen == sorted(seen) and len(set(seen)) > 2, "a little at a time"
    upkeep.close()
    log.close()


def test_what_is_due_soon_is_done_with_what_is_due(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log, done = writer(state), list[str]()
    for name in ("roll", "work", "attribute"):
        monkeypatch.setattr(log, name, lambda *_, name=name: done.append(name))
    (state / FOLDER).mkdir()
    (state / FOLDER / "1.clear").touch()
    upkeep = LogUpkeep(log, state, Settings, lambda *_: None)
    upkeep.do_what_is_due(0.0)
    done.clear()
    soon = log_upkeep.ROLL_SECONDS - 0.5
    upkeep.do_what_is_due(soon)
    assert not done
    upkeep.do_what_is_due(soon, 1.0)
    assert sorted(done) == ["attribute", "roll", "work"] and upkeep.due == soon + log_upkeep.ROLL_SECONDS
    upkeep.close()
    log.close()
