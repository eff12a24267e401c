# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

from blocklists.index import list_files
from blocklists.index.index import Index
from blocklists.index.shard import Shard
from blocklists.packs import dns_services, vendor_packs
from blocklists.safety import essential
from blocklists.update.assemble import Assembler, Listed
from store.config import wall_blocklists
from store.config.choices import PackLevel

ONE = Listed("added:one", "One", None, False)


def put(state: Path, listed: Listed, text: str) -> None:
    path = list_files.text_path(state, listed.id)
    path.parent.mkdir(exist_ok=True)
    with list_files.replacing(path) as file:
        file.write(text.encode())


def test_the_packs_alone_make_an_index_with_all_their_levels(tmp_path: Path) -> None:
    assembler = Assembler(tmp_path)
    index = assembler.build([], 1)
    for pack in vendor_packs.load():
        for level in PackLevel:
            mask = index.mask([(pack.blocklist_id, level)])
            left_out = {rule.strip("|^") for rule in assembler.left_out[pack.blocklist_id]}
            wanted = {name.name for name in vendor_packs.names_at(pack, level)} - left_out
            held = {name.name for name in pack.names if (m := index.match(name.name, mask)) and m.name == name.name}
            assert held == wanted


def test_the_names_of_the_wall_stand_in_lists_of_their_own(tmp_path: Path) -> None:
    index = Assembler(tmp_path).build([], 1)
    doh, httpdns = (index.mask([(list_id, None)]) for list_id in wall_blocklists.TITLES)
    assert index.match("dns.google", doh) and not index.match("dns.google", httpdns)
    assert index.match("abc.dns.nextdns.io", doh)
    assert index.match("resolver.msg.xiaomi.net", httpdns)
    assert not index.match("www.google.com", doh | httpdns)
    names = {name for list_id in wall_blocklists.TITLES for _, name in dns_services.rules(list_id)}
    packs_alone = index.mask([(pack.blocklist_id, "safe") for pack in vendor_packs.load()])
    assert not index.match("dns.google", packs_alone)
    assert index.count("wall:doh") + index.count("wall:httpdns") == len(names)


def test_a_list_without_a_copy_waits(tmp_path: Path) -> None:
    index = Assembler(tmp_path).build([ONE], 1)
    assert index.mask([("added:one", None)]) == 0


def test_nothing_is_pending_until_something_changes(tmp_path: Path) -> None:
    put(tmp_path, ONE, "ads.example\n")
    assembler = Assembler(tmp_path)
    assert assembler.pending([ONE])
    index = assembler.build([ONE], 1)
    assert index.match("ads.example", index.mask([("added:one", None)]))
    assert assembler.pending([ONE]) is None
    assert Assembler(tmp_path).pending([ONE]) is None  # another process sees it in the file
    assert assembler.pending([])
    assert assembler.pending([Listed("added:one", "One", None, True)])
    put(tmp_path, ONE, "two.example\n")
    assert assembler.pending([ONE])


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_missing_or_damaged_index_is_made_anew(tmp_path: Path, damage: bytes | None) -> None:
    Assembler(tmp_path).build([], 1)
    path = list_files.index_path(tmp_path)
    path.unlink() if damage is None else path.write_bytes(damage)
    assembler = Assembler(tmp_path)
    assert assembler.pending([])
    assembler.build([], 2)
    assert Index.open(path).generation == 2


def test_the_index_before_stays_and_a_damaged_one_does_not_take_its_place(tmp_path: Path) -> None:
    assembler = Assembler(tmp_path)
    assembler.build([], 1)
    assembler.build([], 2)
    path = list_files.index_path(tmp_path)
    assert [Index.open(at).generation for at in (path, path.with_name("previous.idx"))] == [2, 1]
    path.write_bytes(b"x")
    Assembler(tmp_path).build([], 3)
    assert [Index.open(at).generation for at in (path, path.with_name("previous.idx"))] == [3, 1]


def test_a_list_that_did_not_change_is_not_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two = Listed("added:two", "Two", None, False)
    put(tmp_path, ONE, "ads.example\n")
    Assembler(tmp_path).build([ONE], 1)
    put(tmp_path, two, "two.example\n")
    parsed = []
    of_text = Shard.of_text
    monkeypatch.setattr(Shard, "of_text", lambda *args: parsed.append(args[0]) or of_text(*args))
    index = Assembler(tmp_path).build([ONE, two], 2)
    assert parsed == [list_files.text_path(tmp_path, "added:two")]
    assert index.count("added:one") == index.count("added:two") == 1


def test_a_format_that_does_not_fit_the_copy_does_not_lose_the_list(tmp_path: Path) -> None:
    put(tmp_path, ONE, "||ads.example^\n")
    index = Assembler(tmp_path).build([Listed("added:one", "One", "hosts", False)], 1)
    assert index.match("www.ads.example", index.mask([("added:one", None)]))


def test_a_copy_that_became_unreadable_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, ONE, "<html>")
    index = Assembler(tmp_path).build([ONE], 1)
    assert index.mask([("added:one", None)]) == 0
    assert list((tmp_path / "lists").iterdir()) == [list_files.text_path(tmp_path, "added:one")]


def test_what_the_home_needs_is_left_out_of_guarded_lists_alone(tmp_path: Path) -> None:
    lists = [Listed("added:a", "A", None, False), Listed("added:b", "B", None, False, guard=False)]
    for one in lists:
        path = list_files.text_path(tmp_path, one.id)
        path.parent.mkdir(exist_ok=True)
        path.write_text("||lists.example^\n||ads.example^\n||example^$dnstype=A\n")
    made = Assembler(tmp_path)
    before = made.pending(lists)
    made.home = essential.of_home([], ["https://lists.example/a.txt"])
    assert made.pending(lists) not in (None, before)
    index = made.build(lists, 1)
    masks = [index.mask([(one.id, None)]) for one in lists]
    assert [bool(index.match("lists.example", mask)) for mask in masks] == [False, True]
    assert all(index.match("ads.example", mask) for mask in masks)
    assert set(made.left_out["added:a"]) == {"||lists.example^", "||example^$dnstype=A"}
    assert "added:b" not in made.left_out


def test_a_pack_is_guarded_until_it_is_taken_whole(tmp_path: Path) -> None:
    pack = next(pack for pack in vendor_packs.load() if any(name.name == "time.windows.com" for name in pack.names))
    name, assembler = next(name.name for name in pack.names if name.name != "time.windows.com"), Assembler(tmp_path)
    assembler.home = essential.EssentialNames({name: essential.UPSTREAM}, {})
    index = assembler.build([], 1)
    mask = index.mask([(pack.blocklist_id, "everything")])
    assert index.match("time.windows.com", mask) is None and index.match(name, mask) is None
    assert any(essential.TIME in why for why in assembler.left_out[pack.blocklist_id].values())
    assert any(essential.UPSTREAM in why for why in assembler.left_out[pack.blocklist_id].values())
    assembler.unguarded = frozenset({pack.blocklist_id})
    assert assembler.pending([]) is not None
    index = assembler.build([], 2)
    assert index.match("time.windows.com", mask) and index.match(name, mask)
    assert assembler.left_out[pack.blocklist_id] == {}
