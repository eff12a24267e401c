# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables as a file: read where it is right, made again where it is not, done without where it cannot be."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from blocklists.whose import kept_tables, name_tables
from blocklists.whose.facts import Facts
from blocklists.whose.name_tables import Tables

LAID = name_tables.load()


@pytest.fixture(name="state")
def kept(tmp_path: Path) -> Path:
    kept_tables.load(tmp_path)
    return tmp_path


@pytest.fixture(name="laid")
def how_often(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One for each time that the tables are laid."""
    times: list[int] = []
    laying = SimpleNamespace(load=lambda: (times.append(1), LAID)[1])
    monkeypatch.setattr(kept_tables, "name_tables", laying)
    return times


def same(tables: Tables) -> bool:
    names = {*LAID.suffixes, *LAID.exact} if isinstance(LAID.suffixes, dict) and isinstance(LAID.exact, dict) else {""}
    return tables.digest == LAID.digest and tables.words == LAID.words and tables.countries == LAID.countries and all(
        tables.suffixes.get(name) == LAID.suffixes.get(name) and tables.exact.get(name) == LAID.exact.get(name)
        for name in names
    )  # fmt: skip


def test_what_is_read_is_what_was_laid(state: Path, laid: list[int]) -> None:
    assert kept_tables.is_kept(state) and same(kept_tables.load(state)) and not laid
    assert [path.name for path in state.iterdir()] == [kept_tables.FILE_NAME]


def test_facts_say_the_same_of_any_name_by_either(state: Path) -> None:
    of_file, of_program = Facts(kept_tables.load(state)), Facts(LAID)
    for name in ("metrics.netflix.com", "x.github.io", "nobody.test", "s3.eu-west-1.amazonaws.com", "a.b.roku.com"):
        assert of_file.of(name) == of_program.of(name)
    assert of_file.version == of_program.version and of_file.has("netflix") and not of_file.has("nobody at all")


@pytest.mark.parametrize("harm", ["cut", "bit", "empty", "old", "gone", "folder"])
def test_another_a_damaged_or_no_file_is_made_again(
    state: Path, laid: list[int], harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = state / kept_tables.FILE_NAME
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    if harm in ("gone", "folder"):
        path.unlink()
    if harm == "folder":
        path.mkdir()
    if harm in ("cut", "bit", "empty"):
        path.write_bytes({"cut": data[:-9], "bit": bytes(data), "empty": b""}[harm])
    if harm == "old":
        monkeypatch.setattr(kept_tables, "byteorder", "another")
    assert not kept_tables.is_kept(state)
    assert same(kept_tables.load(state)) and laid
    assert kept_tables.is_kept(state) and same(kept_tables.load(state)) and len(laid) == 1


def test_where_nothing_can_be_written_each_lays_them(tmp_path: Path, laid: list[int]) -> None:
    (tmp_path / "file").touch()
    assert same(kept_tables.load(tmp_path / "file")) and same(kept_tables.load(None)) and len(laid) == 2


def test_a_changed_file_of_the_program_makes_another_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "blocklists"
    shutil.copytree(kept_tables._ROOM, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(kept_tables, "_ROOM", copy)
    marks = [kept_tables._mark()]
    for name in ("companies.txt", "telemetry.tsv", "companiesdb/companiesdb.tsv", "vendors/roku.tsv", "whose/facts.py"):
        with (copy / name).open("a") as file:
            file.write("#\n")
        marks.append(kept_tables._mark())
    (suffixes,) = kept_tables._stats(*[*kept_tables._sources()][-1])
    assert suffixes[0] == "public_suffix_list.dat" and suffixes[1] > 100_000
    assert None not in marks and len(set(marks)) == len(marks)
