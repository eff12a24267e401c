# SPDX-License-Identifier: GPL-3.0-or-later
"""Every language: what is there fits its English, and a language that people are offered lacks nothing."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from store.base import languages
from store.locale.language_rules import ENGLISH, RULES

SCRIPTS = Path(__file__).parents[1] / "scripts"
TAGS = [tag for tag in RULES if tag != ENGLISH]


def _loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


checks = _loaded("translation_checks")
translate = _loaded("translate")
Message = checks.Message


@pytest.mark.parametrize("tag", TAGS)
def test_a_language_fits_and_is_whole_where_it_is_offered(tag: str) -> None:
    missing, wrong = translate.problems(tag)
    assert not wrong
    if tag in languages.available():
        assert not [message.text for message in missing], f"scripts/translate.py out {tag} FOLDER"


@pytest.mark.parametrize("tag", TAGS)
def test_a_language_without_a_file_is_not_offered(tag: str) -> None:
    assert languages.path_of(tag).is_file() or tag not in languages.available()


ONE = Message("There is no rule {number} in {place}.")
COUNT = Message("{count:,} name of {who}", "{count:,} names of {who}")
CODE = Message("Run {code}telltale doctor{end} with --json.")


@pytest.mark.parametrize(
    ("message", "tag", "forms"),
    [
        (ONE, "de", ("Es gibt in {place} keine Regel {number}.",)),
        (ONE, "zh-CN", ("{place}中没有规则 {number}。",)),
        (ONE, "hi", ("{place} में नियम {number} नहीं है।",)),
        (COUNT, "de", ("ein Name von {who}", "{count:,} Namen von {who}")),
        (COUNT, "ru", ("{count:,} имя {who}", "{count:,} имени {who}", "{count:,} имён {who}")),
        (COUNT, "id", ("{count:,} nama milik {who}",)),
        (CODE, "ru", ("Запустите {code}telltale doctor{end} с --json.",)),
        (Message("DNS"), "ru", ("DNS",)),
        (Message("Use `telltale list` for the names of lists."), "zh-CN", ("用 `telltale list` 查看列表名称。",)),
        (Message("The maker calls it “smart features”."), "ru", ("Производитель называет это “smart features”.",)),
    ],
)
def test_a_translation_that_fits_passes(message: object, tag: str, forms: tuple[str, ...]) -> None:
    assert checks.faults(message, forms, tag) == []


@pytest.mark.parametrize(
    ("message", "tag", "forms", "fault"),
    [
        (ONE, "de", ("",), "empty"),
        (ONE, "de", ("Es gibt keine Regel {number}.",), "values"),
        (ONE, "de", ("In {place} gibt es keine Regel {nummer}.",), "values"),
        (ONE, "de", ("In {place} keine Regel {number.__class__}.",), "plain value"),
        (ONE, "de", ("In {place} keine Regel {number!r}.",), "plain value"),
        (ONE, "de", ("In {place} gibt es keine Regel {number",), "braces"),
        (ONE, "de", (" Es gibt in {place} keine Regel {number}.",), "blanks"),
        (ONE, "de", ("Es gibt in {place} keine Regel {number}",), "ends with"),
        (ONE, "de", ("Es gibt in {place} keine Regel \u202e{number}.",), "U+202E"),
        (ONE, "de", ("Es gibt in {place} keine Regel\u200b {number}.",), "U+200B"),
        (ONE, "de", ("Es gibt <b>in {place}</b> keine Regel {number}.",), "'<'"),
        (ONE, "de", ("There is no rule {number} in {place}.",), "the English"),
        (ONE, "de", ("Es gibt the Regel {number} in {place} nicht.",), "English left"),
        (CODE, "de", ("Nimm {code}telltale doctor{end} mit --json" + ", und mehr" * 9 + ".",), "times as long"),
        (ONE, "ru", ("В {place} нет rule {number}.",), "Latin letters"),
        (ONE, "ru", ("В {place} нет שלום {number}.",), "right-to-left"),
        (ONE, "zh-CN", ("There is no rule {number} in {place}.",), "Latin letters"),
        (ONE, "hi", ("{place} में правило {number} नहीं है।",), "another script"),
        (COUNT, "de", ("{count:,} Namen von {who}",), "has 1 forms"),
        (COUNT, "de", ("{count:,} Name von {who}", "viele Namen von {who}"), "values"),
        (COUNT, "de", ("{count:,} Name von {who}", "{count} Namen von {who}"), "values"),
        (COUNT, "fr", ("un nom de {who}", "{count:,} noms de {who}"), "values"),
        (COUNT, "ru", ("одно имя {who}", "{count:,} имени {who}", "{count:,} имён {who}"), "values"),
        (CODE, "de", ("Rufe telltale doctor{end} mit --json auf {code}{end}.",), "values"),
        (CODE, "de", ("Rufe {code}telltale doctor{end} mit --xml auf.",), "typed"),
        (Message("{number}\u00a0%"), "de", ("{number} %",), "breaks the line"),
        (Message("Use `telltale list`."), "de", ("Nimm `telltale liste`.",), "code"),
        (Message("Set home_domain first."), "de", ("Setze zuerst heim_domain.",), "typed"),
    ],
)
def test_a_translation_that_does_not_fit_is_told(
    message: object, tag: str, forms: tuple[str, ...], fault: str
) -> None:
    assert any(fault in told for told in checks.faults(message, forms, tag)), checks.faults(message, forms, tag)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of three sentences, and no language yet."""
    (tmp_path / "telltale.pot").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        '#: store/a.py\nmsgid "{count} name"\nmsgid_plural "{count} names"\nmsgstr[0] ""\nmsgstr[1] ""\n\n'
        '#: store/a.py\nmsgctxt "time"\nmsgid "From"\nmsgstr ""\n\n'
        '#: store/b.py\nmsgid "Nothing was changed."\nmsgstr ""\n'
    )
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    monkeypatch.setattr(translate, "POT", tmp_path / "telltale.pot")
    languages.available.cache_clear()
    yield tmp_path
    languages.available.cache_clear()


def test_a_language_is_translated_in_pieces(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert translate.main(["out", "de", str(small / "pieces"), "--size", "2"]) == 0
    first, second = (json.loads((small / "pieces" / f"de-00{n}.json").read_text()) for n in (1, 2))
    assert list(first["messages"]) == ["1", "2"] and list(second["messages"]) == ["3"]
    done = small / "pieces" / "de-001.done.json"
    done.write_text(json.dumps({"1": "Ab", "2": "{count} Namen", "9": "x"}))
    assert translate.main(["take", "de", str(done)]) == 1
    told = capsys.readouterr().out
    assert "has 1 forms, and needs 2" in told and "9: is no number" in told and "1 taken, 2 wrong, 2 still" in told
    assert translate.main(["offer", "de"]) == 1
    done.write_text(json.dumps({"2": ["ein Name", "{count} Namen"]}))
    other = small / "pieces" / "de-002.again.json"
    other.write_text(json.dumps({"3": "Nichts wurde geändert."}))
    assert translate.main(["take", "de", str(done), str(other)]) == 0
    assert translate.main(["offer", "de"]) == 0
    languages.available.cache_clear()
    assert languages.available() == ("en", "de") and languages.heading("de")["X-Draft"] == "machine"


def test_what_was_said_before_the_english_changed_comes_along(small: Path) -> None:
    (small / "de.po").write_text('msgid "Nothing has changed."\nmsgstr "Nichts hat sich geändert."\n')
    translate.main(["out", "de", str(small)])
    asked = json.loads((small / "de-001.json").read_text())["messages"]["3"]
    assert asked["before"] == {"text": "Nothing has changed.", "said": ["Nichts hat sich geändert."]}


def test_an_offered_language_that_lacks_a_sentence_is_found(small: Path) -> None:
    (small / "de.po").write_text('msgid ""\nmsgstr ""\n"X-Offered: yes\\n"\n')
    assert len(translate.problems("de")[0]) == 3
