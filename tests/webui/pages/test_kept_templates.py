# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiled templates are taken from the state directory, but only what this appliance made of these very sources."""

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from webui.pages import kept_templates, templating

SOURCE = {"page": "{{ 6 * 7 }}"}


@pytest.fixture
def part(tmp_path: Path) -> Path:
    path = tmp_path / "sentences.po"
    path.write_text("as they are")
    return path


def drawn(state: Path, part: Path, source: dict[str, str] = SOURCE, name: str = "page") -> str:
    made = Environment(loader=DictLoader(source), bytecode_cache=kept_templates.kept_in(state, "en", [part]))
    return made.get_template(name).render()


def files(state: Path) -> list[Path]:
    return sorted((state / kept_templates.FOLDER / "en").iterdir())


def compiled(state: Path, part: Path, monkeypatch: pytest.MonkeyPatch, **more: dict[str, str]) -> int:
    """How often a template is compiled while the page is drawn."""
    count = 0
    compile_ = Environment.compile

    def counting(self: Environment, *words: object, **named: object) -> object:
        nonlocal count
        count += 1
        return compile_(self, *words, **named)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(Environment, "compile", counting)
        assert drawn(state, part, **more) == "42"
    return count


def test_what_was_compiled_once_is_taken(tmp_path: Path, part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert compiled(tmp_path, part, monkeypatch) == 1
    assert compiled(tmp_path, part, monkeypatch) == 0
    assert len(files(tmp_path)) == 1 and (tmp_path / "templates").stat().st_mode & 0o077 == 0


def test_another_template_or_part_is_compiled_anew(
    tmp_path: Path, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn(tmp_path, part)
    assert compiled(tmp_path, part, monkeypatch, source={"page": "{{ 21 * 2 }}"}) == 1
    assert compiled(tmp_path, part, monkeypatch, source={"page": "{{ 21 * 2 }}"}) == 0
    part.write_text("said another way")
    assert compiled(tmp_path, part, monkeypatch, source={"page": "{{ 21 * 2 }}"}) == 1
    assert len(files(tmp_path)) == 1, "in the place of the one before"


def test_code_of_somebody_else_is_not_run(tmp_path: Path, part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other"
    other.mkdir()
    drawn(tmp_path, part)
    drawn(other, part, {"page": "{{ 'somebody else' }}"})
    [ours], [theirs] = files(tmp_path), files(other)
    ours.write_bytes(theirs.read_bytes())
    assert compiled(tmp_path, part, monkeypatch) == 1


def test_the_code_of_one_template_is_not_anothers(tmp_path: Path, part: Path) -> None:
    both = {"page": "{{ 6 * 7 }}", "other": "{{ 6 * 7 }}"}
    drawn(tmp_path, part, both)
    [page] = files(tmp_path)
    drawn(tmp_path, part, both, "other")
    [other] = set(files(tmp_path)) - {page}
    page.write_bytes(other.read_bytes())
    assert drawn(tmp_path, part, both) == "42" and page.read_bytes() != other.read_bytes()


@pytest.mark.parametrize("damage", [b"", b"x" * 31, b"x" * 4000])
def test_a_damaged_file_is_made_anew(
    tmp_path: Path, part: Path, damage: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn(tmp_path, part)
    files(tmp_path)[0].write_bytes(damage)
    assert compiled(tmp_path, part, monkeypatch) == 1
    assert compiled(tmp_path, part, monkeypatch) == 0


def test_where_nothing_can_be_kept_pages_are_drawn_all_the_same(tmp_path: Path, part: Path) -> None:
    (tmp_path / kept_templates.FOLDER).write_text("in the way")
    assert drawn(tmp_path, part) == "42"
    assert kept_templates.kept_in(tmp_path, "en", [tmp_path / "nothing"]) is None
    assert drawn(tmp_path / "nowhere", part) == "42"


def test_pages_of_every_language_have_files_of_their_own(tmp_path: Path) -> None:
    english, german = (templating.environment(tag, tmp_path) for tag in ("en", "de"))
    for made in (english, german):
        made.get_template("login_page.html")
    assert {path.name for path in (tmp_path / "templates").iterdir()} == {"en", "de"}
