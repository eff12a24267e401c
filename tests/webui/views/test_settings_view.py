# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings as form fields and back."""


import pytest
from lived_in_home import Home

from store.config import settings
from webui.http.state import WebUi
from webui.views import settings_view

pytestmark = pytest.mark.database


@pytest.fixture
def ui(bare_home: Home) -> WebUi:
    return WebUi(bare_home.state, bare_home.run, {"TELLTALE_WORKERS": "3"})


def test_every_setting_has_a_title_of_its_own() -> None:
    assert set(settings.SETTINGS) == set(settings_view.TITLES)


def test_an_unchanged_form_changes_nothing(ui: WebUi) -> None:
    form = {field.key: field.value for field in settings_view.fields(ui, {}, {})}
    assert settings_view.read(form, ui) == ({}, {})


def test_a_locked_one_is_never_read(ui: WebUi) -> None:
    fields = {field.key: field for field in settings_view.fields(ui, {}, {})}
    assert (fields["workers"].value, fields["workers"].locked) == ("3", "environment")
    assert settings_view.read({"workers": "9"}, ui) == ({}, {})


def test_each_wrong_one_is_named(ui: WebUi) -> None:
    wanted, wrong = settings_view.read({"log_keep_days": "0", "dns": "nonsense:x", "cache_max_mb": "32"}, ui)
    assert wanted == {"cache_max_mb": 32}
    assert set(wrong) == {"log_keep_days", "dns"}


def test_every_choice_has_words_and_keeps_its_value() -> None:
    for key, setting in settings.SETTINGS.items():
        options = settings_view.choices(setting)
        assert [value for value, _ in options] == list(map(str, setting.choices)), key
        assert all(words for _, words in options), key


def test_words_are_those_of_values_that_there_are() -> None:
    for key, words in settings_view.CHOICES.items():
        assert set(words) == set(settings.SETTINGS[key].choices), key
    assert set(settings_view.AT_THE_START) <= settings.SETTINGS.keys()


def test_a_default_is_told_as_a_person_reads_it() -> None:
    privacy = settings.SETTINGS["log_privacy"]
    assert settings_view.called(privacy, "names") == "names: which names were asked for, not by whom"
    assert settings_view.called(settings.SETTINGS["upstreams"], ("9.9.9.9", "1.1.1.1")) == "9.9.9.9, 1.1.1.1"
    assert settings_view.called(settings.SETTINGS["web_names"], ()) == "nothing"
