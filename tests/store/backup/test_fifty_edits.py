# SPDX-License-Identifier: GPL-3.0-or-later
"""Fifty edits drawn over all that there are, all undone, give the first state back, byte for byte as a backup."""

import ast
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from source_files import HOUSE, nodes, python_files

from store.backup import backup_form, restore
from store.base.db import connect, open_config
from store.config import edit, lists
from store.config.choices import DeviceKind, ListKind, PackLevel
from store.config.engine import Engine
from store.config.lists import BlocklistSeed
from store.config.rule_input import check_rule
from store.config.session import EditError
from store.devices import device_edits, kind_edit, sightings_store
from store.history import acting
from store.history.acting import Acting, Origin
from store.household import exceptions, groups, pauses, requests, safe_search_edit, schedules, undo
from store.household.changes import ChangeView, change, changes
from store.household.group_parts import GroupParts
from store.imports import pasted_lists
from store.local import correction_edit, finding_states, forward_edit, insecure_edit, lease_edit, record_edit
from store.local.decided_findings import Of
from store.rules import rule_edit
from store.rules.rule_edit import NewRule
from store.wall import wall_edit

pytestmark = pytest.mark.database

EDITS = 50
# Edits that are none of these, and why.
ELSEWHERE: Mapping[str, str] = {
    "sync_blocklists": "brings what comes with Telltale, which is no change of the home's",
    "accept_held": "cannot be undone, and alters nothing that a backup holds",
    "set_password": "cannot be undone", "set_first_password": "cannot be undone", "_set_password": "cannot be undone",
    "create_token": "cannot be undone", "revoke_token": "cannot be undone",
    "_write_session": "who is logged in is no decision", "end_session": "who is logged in is no decision",
    "end_named": "who is logged in is no decision", "end_others": "who is logged in is no decision",
    "_touch_token": "that a token is used is no decision",
    "_quietly": "who is logged in is no decision",
    "add": "people stand in no history", "change": "people stand in no history",
    "remove": "people stand in no history",
    "begin": "cannot be undone", "confirm": "cannot be undone", "new_codes": "cannot be undone",
    "off": "cannot be undone", "accept": "that a code is used is no decision",
    "request": "records of the log that are deleted cannot be brought back",
    "undo": "is what is tried here", "undo_several": "as undo", "try_undo_several": "changes nothing",
    "restore": "test_restore.py", "new_word": "a secret, which stands in no history",
}  # fmt: skip
LISTS = ("pack:xiaomi", "general", "added:ads")
NAMES = ("ads.example", "games.example", "school.example", "*.tracker.example")


class Home:
    """What edits are drawn for."""

    def __init__(self, state: Path, drawn: Random) -> None:
        self.state, self.drawn = state, drawn
        self.e: Engine = edit.engine(state)

    def scope(self, *kinds: str) -> str:
        kind = self.drawn.choice(kinds or ("house", "group", "device"))
        return kind if kind == "house" else f"{kind}:{self.drawn.randint(1, 3)}"

    def soon(self) -> int:
        return int(time.time()) + self.drawn.randint(3600, 7200)

    def backup(self) -> str:
        with closing(connect(self.state / "config.db")) as con:
            return backup_form.dump(con)


def _rule_id(home: Home) -> int:
    return home.drawn.choice([rule.id or 0 for rule in edit.rules(home.e)] or [1])


def _waiting_id(home: Home) -> int:
    return home.drawn.choice([row.id for row in requests.waiting(home.e)] or [1])


def _exception_id(home: Home) -> int:
    return home.drawn.choice([row.id for row in exceptions.exceptions(home.e)] or [1])


def _some(home: Home) -> list[int]:
    return home.drawn.sample((1, 2, 3), home.drawn.randint(0, 3))


def _name(home: Home) -> str:
    return home.drawn.choice(NAMES)


def _fields(home: Home) -> dict[str, Any]:
    return home.drawn.choice([
        {"title": f"Ads {home.drawn.random()}"}, {"source": f"https://lists.example/{home.drawn.random()}.txt"},
        {"format": home.drawn.choice([None, "hosts"])}, {"allow": True}, {"answer": home.drawn.choice(["", "nodata"])},
        {"guard": False}, {"options": {"x": home.drawn.random()}},
    ])  # fmt: skip


def _parts(home: Home) -> GroupParts:
    return home.drawn.choice([
        {"name": f"Group {home.drawn.randint(1, 5)}"}, {"answer": home.drawn.choice(["", "nodata"])},
        {"devices": _some(home)}, {"lists": home.drawn.sample(LISTS, 2)}, {"upstreams": ["9.9.9.9"]},
        {"schedule": home.drawn.choice([None, 1, 2])},
    ])  # fmt: skip


def _windows(home: Home) -> list[dict[str, Any]]:
    return [{"days": ["mon"], "from": "21:00", "to": f"0{home.drawn.randint(1, 9)}:30"}]


def _record(home: Home) -> tuple[str, str, str]:
    return f"nas{home.drawn.randint(1, 3)}.example", "A", f"192.168.1.{home.drawn.randint(1, 9)}"


# Each edit function by its name → one call of it, drawn.
DRAWN: Mapping[str, Callable[[Home], object]] = {
    "correct": lambda h: correction_edit.correct(h.e, _name(h), company=h.drawn.choice(("Xiaomi", "Nobody"))),
    "decide": lambda h: finding_states.decide(
        h.e, Of("leak", h.drawn.randrange(3), "Them"), h.drawn.choice(("seen", "new")), 7, "It is."
    ),
    "answer_anyway": lambda h: insecure_edit.answer_anyway(h.e, _name(h), h.drawn.randint(1, 9)),
    "check_again": lambda h: insecure_edit.check_again(h.e, _name(h)),
    "remove_correction": lambda h: correction_edit.remove_correction(h.e, _name(h)),
    "set_toggle": lambda h: edit.set_toggle(h.e, h.drawn.choice(LISTS), h.scope(), h.drawn.random() < 0.5),
    "set_level": lambda h: edit.set_level(h.e, "pack:xiaomi", h.drawn.choice(list(PackLevel)), h.scope()),
    "clear_toggle": lambda h: edit.clear_toggle(h.e, h.drawn.choice(LISTS), h.scope()),
    "add_rule": lambda h: edit.add_rule(
        h.e, h.drawn.choice(("block", "allow")), _name(h), h.drawn.random() < 0.5, str(h.drawn.random()), h.scope()
    ),
    "remove_rule": lambda h: edit.remove_rule(h.e, _rule_id(h)),
    "turn_rule": lambda h: rule_edit.turn_rule(h.e, _rule_id(h), h.drawn.random() < 0.5),
    "turn_rules": lambda h: rule_edit.turn_rules(h.e, [_rule_id(h)], h.drawn.random() < 0.5),
    "remove_rules": lambda h: rule_edit.remove_rules(h.e, [_rule_id(h)]),
    "change_rule": lambda h: rule_edit.change_rule(
        h.e, _rule_id(h), "block", _name(h), scope=h.scope(), until=h.soon()
    ),
    "add_rules": lambda h: rule_edit.add_rules(
        h.e, [NewRule(check_rule("allow", _name(h), subdomains=True), h.scope(), h.drawn.random() < 0.5)]
    ),
    "add_ready_group": lambda h: groups.add_ready_group(
        h.e, str(h.drawn.random()), {"pack:xiaomi": "strict"}, [], safe_search=True
    ),
    "rename_device": lambda h: device_edits.rename_device(
        h.e, h.drawn.randint(1, 3), h.drawn.choice([None, "TV", "Phone"])
    ),
    "set_kind": lambda h: kind_edit.set_kind(h.e, h.drawn.randint(1, 3), h.drawn.choice([None, *DeviceKind])),
    "merge_devices": lambda h: device_edits.merge_devices(h.e, h.drawn.randint(1, 4), h.drawn.randint(1, 4)),
    "split_device": lambda h: device_edits.split_device(
        h.e, h.drawn.randint(1, 3), h.drawn.sample([f"192.168.1.{end}" for end in (2, 3, 4, 12, 13, 14)], 1)
    ),
    "forget_device": lambda h: device_edits.forget_device(h.e, h.drawn.randint(1, 9)),
    "set_networks": lambda h: device_edits.set_networks(
        h.e, h.drawn.randint(1, 3), [f"192.168.{h.drawn.randint(2, 9)}.0/24"]
    ),
    "put_settings": lambda h: edit.put_settings(
        h.e, {"log_keep_days": h.drawn.choice([None, 9, 10]), "sinkhole_ttl": h.drawn.choice([None, 5, 6])}
    ),
    "put_switches": lambda h: wall_edit.put_switches(
        h.e, h.scope(), {h.drawn.choice(("port53", "raw")): h.drawn.choice([None, "off", "watch", "enforce"])}
    ),
    "add_blocklist": lambda h: lists.add_blocklist(h.e, f"https://lists.example/{h.drawn.random()}.txt"),
    "add_all": lambda h: pasted_lists.add_all(
        h.e, "".join(f"https://pasted.example/{h.drawn.random()}.txt\n" for _ in range(2))
    ),
    "update_blocklist": lambda h: lists.update_blocklist(h.e, h.drawn.choice(LISTS), **_fields(h)),
    "remove_blocklist": lambda h: lists.remove_blocklist(
        h.e, h.drawn.choice([row.id for row in lists.blocklists(h.e) if row.kind == ListKind.ADDED] or ["none"])
    ),
    "add_group": lambda h: groups.add_group(h.e, f"Group {h.drawn.randint(1, 5)}"),
    "change_group": lambda h: groups.change_group(h.e, h.drawn.randint(1, 3), _parts(h)),
    "set_groups": lambda h: groups.set_groups(h.e, h.drawn.randint(1, 3), _some(h)),
    "remove_group": lambda h: groups.remove_group(h.e, h.drawn.randint(1, 3)),
    "pause": lambda h: pauses.pause(h.e, h.scope(), h.drawn.choice([None, *LISTS]), h.drawn.choice([None, h.soon()])),
    "resume": lambda h: pauses.resume(h.e, h.drawn.choice([None, h.scope()])),
    "end_pause": lambda h: pauses.end_pause(h.e, h.drawn.choice([row.id for row in pauses.pauses(h.e)] or [1])),
    "let_through": lambda h: exceptions.let_through(h.e, h.scope(), "ads.example", h.soon()),
    "end_exception": lambda h: exceptions.end_exception(h.e, _exception_id(h)),
    "keep": lambda h: exceptions.keep(h.e, _exception_id(h)),
    "let_through_for_good": lambda h: exceptions.let_through_for_good(h.e, h.scope(), "games.example"),
    "ask_for": lambda h: requests.ask_for(h.e, h.drawn.randint(1, 3), f"{h.drawn.randint(1, 3)}.example"),
    "grant": lambda h: requests.grant(h.e, _waiting_id(h), h.drawn.choice([None, h.soon()])),
    "refuse": lambda h: requests.refuse(h.e, _waiting_id(h)),
    "add_schedule": lambda h: schedules.add_schedule(h.e, f"Night {h.drawn.randint(1, 3)}", _windows(h)),
    "change_schedule": lambda h: schedules.change_schedule(h.e, h.drawn.randint(1, 3), None, _windows(h)),
    "remove_schedule": lambda h: schedules.remove_schedule(h.e, h.drawn.randint(1, 3)),
    "add_record": lambda h: record_edit.add_record(h.e, *_record(h)),
    "change_record": lambda h: record_edit.change_record(h.e, h.drawn.randint(1, 5), comment=str(h.drawn.random())),
    "remove_record": lambda h: record_edit.remove_record(h.e, h.drawn.randint(1, 5)),
    "remove_name": lambda h: record_edit.remove_name(h.e, _record(h)[0]),
    "import_hosts": lambda h: record_edit.import_hosts(h.e, f"192.168.1.{h.drawn.randint(1, 9)} printer.example"),
    "add_static": lambda h: lease_edit.add_static(
        h.e, f"02:00:00:00:00:0{h.drawn.randint(1, 3)}", f"192.168.1.{h.drawn.randint(50, 53)}"
    ),
    "change_static": lambda h: lease_edit.change_static(
        h.e, f"02:00:00:00:00:0{h.drawn.randint(1, 3)}", f"02:00:00:00:00:0{h.drawn.randint(1, 3)}",
        f"192.168.1.{h.drawn.randint(50, 53)}", f"box{h.drawn.randint(1, 3)}",
    ),
    "remove_static": lambda h: lease_edit.remove_static(h.e, f"02:00:00:00:00:0{h.drawn.randint(1, 3)}"),
    "add_forward": lambda h: forward_edit.add_forward(
        h.e, f"corp{h.drawn.randint(1, 3)}.example", ["192.168.9.1"], "", lambda _: False
    ),
    "change_forward": lambda h: forward_edit.change_forward(
        h.e, h.drawn.randint(1, 3), [f"192.168.9.{h.drawn.randint(1, 9)}"], None, lambda _: False
    ),
    "remove_forward": lambda h: forward_edit.remove_forward(h.e, h.drawn.randint(1, 3)),
    "set_safe_search": lambda h: safe_search_edit.set_safe_search(
        h.e, h.drawn.choice((["all"], ["google"])), h.drawn.choice((None, True, False)), scope=h.scope()
    ),
}


@pytest.fixture
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Home]:
    open_config(tmp_path)
    made = Home(tmp_path, Random(request.param))
    pack = BlocklistSeed("pack:xiaomi", ListKind.PACK, "Xiaomi", "", on=True, level=PackLevel.SAFE)
    lists.sync_blocklists(made.e, [pack, BlocklistSeed("general", ListKind.CATALOGUE, "General", "https://x.example/")])
    with closing(connect(tmp_path / "config.db")) as con:
        for number in (2, 3, 4):
            mac = f"aa:aa:aa:aa:aa:0{number}"
            sightings_store.sighted(con, f"192.168.1.{number}", mac)
            sightings_store.sighted(con, f"192.168.1.1{number}", mac)
    with acting.as_(Acting(Origin.COMMAND, "somebody")):
        lists.add_blocklist(made.e, "https://lists.example/ads.txt", "Ads")
        for number in (1, 2, 3):
            groups.add_group(made.e, f"Group {number}")
        yield made


def _fifty(home: Home) -> list[int]:
    """The ids of as many changes, and of each edit one at least among all that were tried."""
    before, names, tried = len(changes(home.e, limit=200)), sorted(DRAWN), 0
    home.drawn.shuffle(names)
    while len(changes(home.e, limit=200)) - before < EDITS:
        name = names[tried % len(names)]
        tried += 1
        try:
            DRAWN[name](home)
        except EditError as refused:
            assert refused.__cause__ is None, refused  # the database took all that was no nonsense
    return [view.id for view in changes(home.e, limit=200)][:EDITS]


@pytest.mark.parametrize("home", range(2), indirect=True)
def test_fifty_edits_undone_in_reverse_give_the_first_state_back(home: Home) -> None:
    first = home.backup()
    made = _fifty(home)
    last = home.backup()
    assert last != first
    for number in made:
        undo.undo(home.e, number)
    assert home.backup() == first
    # And all the undoing, undone, gives the last state back.
    for view in changes(home.e, limit=EDITS):
        undo.undo(home.e, view.id)
    assert home.backup() == last


# All of the first fourteen draws end well. Another may not: fifty undoings out of order, each taking along what is in
# its way, can tangle so that one is refused, or that a row which an undoing brought back stays.
@pytest.mark.parametrize("home", range(5, 7), indirect=True)
def test_the_first_of_fifty_takes_along_what_builds_on_it(home: Home) -> None:
    """In whatever order: what stands in the way goes with it, and once none is left, the first state is there."""
    first, made = home.backup(), _fifty(home)
    home.drawn.shuffle(made)
    for number in (*made, *sorted(made, reverse=True) * 2):
        if _view(home, number).undoable:
            undo.undo(home.e, number, later=True)
    assert not [number for number in made if _view(home, number).undoable]
    assert home.backup() == first


def _view(home: Home, number: int) -> ChangeView:
    view = change(home.e, number)
    assert view is not None
    return view


@pytest.mark.parametrize("home", range(3, 5), indirect=True)
def test_whatever_edits_make_a_backup_of_it_is_taken_back(home: Home) -> None:
    first = home.backup()
    _fifty(home)
    last = home.backup()
    restore.restore(home.e, backup_form.load(first))
    restore.restore(home.e, backup_form.load(last))  # EditError where a row is not as pages and commands make it
    assert json.loads(home.backup())["tables"]["safe_search"] == json.loads(last)["tables"]["safe_search"]


@pytest.mark.parametrize("home", [5], indirect=True)
def test_a_backup_brings_the_state_back_in_one_change(home: Home) -> None:
    first = home.backup()
    _fifty(home)
    last, count = home.backup(), len(changes(home.e, limit=200))
    restore.restore(home.e, backup_form.load(first))
    assert _but_for_new_devices(home.backup(), first) == first
    assert len(changes(home.e, limit=200)) == count + 1
    undo.undo_last(home.e)
    assert home.backup() == last


def _but_for_new_devices(backup: str, first: str) -> str:
    """A backup without the rows that say what became of devices which `first` knows nothing of: the log names them."""
    known = {row["id"] for row in json.loads(first)["tables"]["device"]}
    text = re.sub(
        r'\n   \{"device_id": (\d+), "into_id": \d+\},?', lambda row: row[0] if int(row[1]) in known else "", backup
    )
    return text.replace('"device_merged": [\n  ]', '"device_merged": []')


def _writers() -> Iterator[tuple[str, ast.Call]]:
    """Each function of the room that writes config.db through a session, with the call that begins it."""
    for path in python_files("store"):
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef):
                for call in ast.walk(node):
                    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "writing":
                        yield node.name, call


def test_every_edit_there_is_is_drawn() -> None:
    assert {name for name, _ in _writers()} - ELSEWHERE.keys() == set(DRAWN)
    assert not DRAWN.keys() & ELSEWHERE.keys() and all(ELSEWHERE.values())


def test_no_edit_is_without_a_sentence() -> None:
    assert not [name for name, call in _writers() if len(call.args) < 2]


def test_config_db_is_edited_through_one_place(tmp_path: Path) -> None:
    """Whoever writes it by plain SQL is the recorder, the list update or a start, whose writing is no decision."""
    known = {"store/config/list_status.py", "store/imports/history_devices.py"}  # devices that another's history shows
    apart = ("store/log", "store/stats", "store/wall", "store/history", "store/devices")
    words = ("INSERT INTO", "UPDATE ", "DELETE FROM")
    tracked = [name for name in backup_form.TABLES if name not in backup_form.PARTS["access"]]
    wrong = set()
    for path in python_files("store"):
        shown = path.relative_to(HOUSE).as_posix()
        if shown.startswith(apart) or shown in known:
            continue
        for node in nodes(path):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                flat = " ".join(node.value.split())
                wrong |= {
                    f"{shown}:{node.lineno}" for word in words for table in tracked
                    if flat.startswith((f"{word} {table} ".replace("  ", " "), f'{word} "{table}" '.replace("  ", " ")))
                }  # fmt: skip
    assert not sorted(wrong)
