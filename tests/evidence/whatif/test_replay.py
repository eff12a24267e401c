# SPDX-License-Identifier: GPL-3.0-or-later
"""What a question answers is what a replay says, row by row, with the change really made."""

from __future__ import annotations

import random
import shutil
import time
from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from unittest.mock import patch

import asked_home
import pytest
from asked_home import AskedHome

from blocklists.index import list_files
from blocklists.index.match import decide_address
from blocklists.update.assemble import Assembler, Listed
from evidence.whatif import question
from evidence.whatif.effect import Effect
from evidence.whatif.policy_copy import make
from evidence.whatif.whatif_change import Change
from resolver.explain.explain import Explainer
from store.base import db
from store.config import list_status
from store.config.choices import SHIPPED
from store.log.records import Verdict

pytestmark = pytest.mark.database

KINDS = ("list on", "list off", "list that allows", "toggle gone", "level", "service", "block", "allow", "pattern",
         "rule gone", "into a group", "out of a group", "source", "several")  # fmt: skip

NOW_S = 1_795_910_400  # a week that is always the same, so that the same draws change something
DRAWS = 5  # of each kind and home, of which one at least changes something

EDGES = (6, 12, 14, 21)  # hours at which a schedule of the home begins or ends


@dataclass(slots=True)
class Replayed:
    """By name: queries, blocked before, blocked after; and who is concerned by more and by less."""

    asked: Counter[str]
    before: Counter[str]
    after: Counter[str]
    more: Counter[tuple[str, str]]
    less: Counter[tuple[str, str]]


class Truth:
    """A state directory as `explain` sees it, at any moment."""

    def __init__(self, state: Path) -> None:
        self._state, self._by_time = state, dict[tuple[bool, int], Explainer]()

    def blocks(self, row: tuple[int, str, str, int, Verdict, str, str]) -> bool:
        at, client, name, qtype, verdict, blocklist, rule = row
        if verdict is Verdict.REFUSE:
            return False
        explainer = self._at(at // 1_000_000)
        judgement = explainer.decide(name, qtype, client).judgement
        if judgement.verdict is not Verdict.PASS:
            return judgement.verdict is Verdict.BLOCK
        if blocklist == "rebinding":
            return True
        _, through, hop = rule.rpartition(" through ")
        if not through:
            return False
        if hop.startswith("address "):
            now = explainer._now
            mask = now.index.mask(now.policies.of(client).lists)
            decision = decide_address(ip_address(hop.removeprefix("address ")), now.index, mask)
            return decision is not None and not decision.allow
        return explainer.decide(hop.rpartition(" ")[2], qtype, client).judgement.verdict is Verdict.BLOCK

    def _at(self, now_s: int) -> Explainer:
        """As of a moment; what the schedules of the home tell apart of a week is read once."""
        local = time.localtime(now_s)
        part = local.tm_wday < 5, bisect(EDGES, local.tm_hour)
        if part not in self._by_time:
            with patch("store.household.policy.time.time", return_value=now_s):
                self._by_time[part] = Explainer.load(self._state, {}, None)
        return self._by_time[part]


_blocked_before: dict[Path, list[bool]] = {}  # of each home's rows: the same whatever is changed in a copy


def blocked_before(home: AskedHome) -> list[bool]:
    if home.state not in _blocked_before:
        truth = Truth(home.state)
        _blocked_before[home.state] = [truth.blocks(row) for row in home.rows]
    return _blocked_before[home.state]


def replayed(home: AskedHome, changed: Path) -> Replayed:
    after = Truth(changed)
    total = Replayed(Counter(), Counter(), Counter(), Counter(), Counter())
    for row, was in zip(home.rows, blocked_before(home), strict=True):
        _, client, name, *_ = row
        will = after.blocks(row)
        total.asked[name] += 1
        total.before[name] += was
        total.after[name] += will
        if was != will:
            (total.more if will else total.less)[client, name] += 1
    return total


def really_made(home: AskedHome, folder: Path, changes: list[Change]) -> Path:
    """A copy of the state directory in which the change is made for good, its lists fetched."""
    shutil.copytree(home.state, folder, ignore=shutil.ignore_patterns("querylog*"))
    make(folder, changes)
    with closing(db.connect(folder / "config.db", read_only=True)) as con:
        rows = [row for row in list_status.installed(con) if row.kind not in SHIPPED]
    for row in rows:
        if row.source.startswith("/"):
            shutil.copy(row.source, list_files.text_path(folder, row.id))
    Assembler(folder).build([Listed(row.id, row.title, row.format, row.allow) for row in rows], 2)
    return folder


def compare(home: AskedHome, folder: Path, changes: list[Change]) -> tuple[Effect, Replayed]:
    """Ask, replay, and hold the one to the other."""
    effect = question.ask(home.state, {}, changes, *home.span)
    truth = replayed(home, really_made(home, folder, changes))
    assert effect.queries == len(home.rows)
    assert effect.unjudged == 0
    for direction, wanted in ((effect.more, truth.more), (effect.less, truth.less)):
        assert direction.queries == wanted.total()
        assert direction.names == len({name for _, name in wanted})
        assert direction.devices == len({client for client, _ in wanted})
        by_device = Counter[object]()
        for (client, _), count in wanted.items():
            by_device[home.device_of.get(client) or client] += count
        assert {each.device or each.name: each.queries for each in direction.by_device} == by_device
        by_company = Counter("Xiaomi" if name.endswith("xiaomi.com") else None for _, name in wanted.elements())
        assert {each.company: each.queries for each in direction.by_company} == by_company
    shown = {each.name: (each.queries, each.before, each.after) for each in effect.names}
    concerned = {name for _, name in (*truth.more, *truth.less)}
    assert shown == {name: (truth.asked[name], truth.before[name], truth.after[name]) for name in concerned}
    asked = [each.queries for each in effect.names]
    assert asked == sorted(asked, reverse=True)
    return effect, truth


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[AskedHome]]:
    made = []
    for seed in range(2):
        state = tmp_path_factory.mktemp("asked") / "state"
        state.mkdir(mode=0o700)
        db.open_config(state)
        dice = random.Random(seed)
        made.append(asked_home.settle(state, dice, NOW_S))
        asked_home.live(made[-1], dice, 800)
    yield made


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_answers_what_a_replay_with_the_change_on_says(
    kind: str, homes: list[AskedHome], tmp_path: Path
) -> None:
    for number, home in enumerate(homes):
        for draw in range(DRAWS):
            dice, folder = random.Random(f"{kind} {number} {draw}"), tmp_path / f"{number} {draw}"
            changes = dict(asked_home.changes(home, dice, tmp_path / "delta.txt"))[kind]
            _, truth = compare(home, folder, changes)
            if truth.more or truth.less:
                break
        else:
            pytest.fail(f"of {DRAWS} draws none changed anything")
