# SPDX-License-Identifier: GPL-3.0-or-later
"""What each step of a list or a pack says before it is set is true of the pack's names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from blocklists.packs import vendor_packs
from store.config.choices import ListKind, PackLevel
from store.config.list_status import ListStatus
from store.config.lists import BlocklistView, ToggleView
from webui.lists.state_view import picker

PACK = BlocklistView(
    id="pack:xiaomi", kind=ListKind.PACK, title="Xiaomi", source="", format=None, allow=False, about="", licence="",
    purpose="", size="", homepage="", added_at=0, on=True, level=PackLevel.SAFE, toggles=(), status=None,
)  # fmt: skip
LIST = replace(PACK, id="a-list", kind=ListKind.CATALOGUE, title="A list", level=None)


@pytest.fixture(scope="module")
def pack() -> vendor_packs.Pack:
    found = vendor_packs.of_list("pack:xiaomi")
    assert found is not None
    return found


def test_a_pack_has_its_levels_in_order(pack: vendor_packs.Pack) -> None:
    steps = picker(PACK, "house", "the whole house").steps
    assert [(step.key, step.now) for step in steps] == [
        ("off", False), ("safe", True), ("strict", False), ("everything", False)
    ]  # fmt: skip
    assert [step.names for step in steps] == [0, *(len(vendor_packs.names_at(pack, level)) for level in PackLevel)]


def test_a_step_says_what_it_adds_and_what_that_may_break(pack: vendor_packs.Pack) -> None:
    off, _, strict, _ = picker(PACK, "house", "the whole house").steps
    safe = vendor_packs.names_at(pack, "safe")
    more = [name for name in vendor_packs.names_at(pack, "strict") if name not in safe]
    assert strict.says.startswith(f"It blocks {len(more)} names more than now, such as {more[0].name}")
    notes = {name.note for name in more if name.breakage != "none"}
    assert strict.breaks and set(strict.breaks) <= notes
    assert off.says == f"It lets {len(safe)} names through that are blocked now." and off.breaks == ()
    assert (off.change, strict.change) == ("off pack:xiaomi", "on pack:xiaomi at strict")


def test_what_breaks_surely_comes_first(pack: vendor_packs.Pack) -> None:
    last = picker(PACK, "house", "the whole house").steps[-1]
    high = {name.note for name in pack.names if name.breakage == "high"}
    assert last.breaks[0] in high


def test_a_device_may_have_what_the_house_has() -> None:
    steps = picker(PACK, "device:3", "TV").steps
    assert [(step.key, step.now) for step in steps][:2] == [("inherit", True), ("off", False)]
    assert steps[0].title == "as the house (safe)" and steps[3].change.endswith("for device:3")
    own = replace(PACK, toggles=(ToggleView("device:3", True, PackLevel.STRICT),))
    assert [step.key for step in picker(own, "device:3", "TV").steps if step.now] == ["strict"]
    assert [step.key for step in picker(own, "house", "the whole house").steps if step.now] == ["safe"]


def test_a_list_is_off_or_on() -> None:
    off, on = picker(replace(LIST, on=False), "house", "the whole house").steps
    assert off.now and not on.now and on.says.startswith("It is fetched first") and on.names is None
    fetched = replace(LIST, status=ListStatus(fetched_at=9, block_names=1200))
    assert picker(fetched, "house", "x").steps[1].says == "Its 1,200 names are blocked."
    allowing = replace(LIST, allow=True)
    assert "whatever other lists say" in picker(allowing, "house", "x").steps[1].says
