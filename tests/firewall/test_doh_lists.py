# SPDX-License-Identifier: GPL-3.0-or-later
import os
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklists.index import list_files
from firewall import doh_lists, wall
from firewall.kernel import WallError
from store.base import db
from store.config import edit, lists
from store.config.choices import WallMode
from store.config.settings import Settings

pytestmark = pytest.mark.database

LIST = """# addresses
1.0.0.5    # family
9.9.9.10/32
2620:fe::10
! a remark
10.0.0.1
0.0.0.0
8.0.0.0/8
2000::/3
"""


def fetched(state: Path, text: str, title: str = "Mine") -> str:
    if not (state / "config.db").exists():
        db.open_config(state)
    mine = lists.add_blocklist(edit.engine(state), f"https://lists.example/{title}.txt", title)
    path = list_files.text_path(state, mine)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return mine


def test_addresses_and_narrow_networks_of_the_internet() -> None:
    assert [str(one) for one in doh_lists.parse(LIST)] == ["1.0.0.5/32", "9.9.9.10/32", "2620:fe::10/128"]


@pytest.mark.parametrize("text", ["", "dns.example\n1.0.0.5\n", "0.0.0.0 dns.example\n", "||dns.example^\n", "<html>"])
def test_a_list_of_names_gives_none(text: str) -> None:
    assert doh_lists.parse(text) == ()


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    assert all(network.is_global for network in doh_lists.parse(text))


@pytest.mark.process
def test_a_chosen_list_joins_the_set_and_follows_its_file(tmp_path: Path) -> None:
    mine = fetched(tmp_path, LIST)
    values = Settings(wall=WallMode.WATCH, wall_doh_lists=(mine,))
    assert ip_address("1.0.0.5") in wall.planned(values, None, tmp_path).doh
    assert ip_address("1.0.0.5") not in wall.planned(Settings(wall=WallMode.WATCH), None, tmp_path).doh
    path = list_files.text_path(tmp_path, mine)
    path.write_text("1.0.0.6\n")
    os.utime(path, ns=(1, 1))
    made = wall.planned(values, None, tmp_path)
    assert ip_address("1.0.0.6") in made.doh
    assert ip_address("1.0.0.5") not in made.doh


def test_what_cannot_be_used_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names, small = fetched(tmp_path, "dns.example\n", "Names"), fetched(tmp_path, "1.0.0.5\n1.0.0.6\n", "Small")
    never = fetched(tmp_path, "", "Never")
    list_files.text_path(tmp_path, never).unlink()
    found, notes = doh_lists.targets(tmp_path, [names, small, never, "gone"])
    assert {one.network for one in found} == {ip_network("1.0.0.5"), ip_network("1.0.0.6")}
    assert {one.source for one in found} == {f"blocklist {small}"}
    assert [note.rpartition(": ")[2] for note in notes[1:]] == ["it holds names.", "it was never fetched."]
    assert "'gone'" in notes[0]
    monkeypatch.setattr(doh_lists, "MAX_ADDRESSES", 1)
    assert doh_lists.targets(tmp_path, [small])[0] == ()
    monkeypatch.setattr(doh_lists, "MAX_BYTES", 10)
    assert "larger than" in doh_lists.targets(tmp_path, [small])[1][0]


def test_without_a_config_there_are_none(tmp_path: Path) -> None:
    assert doh_lists.targets(tmp_path, ["any"]) == ((), ())
    (tmp_path / "config.db").write_bytes(b"no database" * 500)
    with pytest.raises(WallError, match="cannot be read"):
        doh_lists.targets(tmp_path, [])
