# SPDX-License-Identifier: GPL-3.0-or-later
from store.names.purpose import Kind, Purpose, kind_of
from webui.views import kind_words


def test_every_kind_and_purpose_has_its_words() -> None:
    assert list(kind_words.KINDS) == ["tracking", "use", "unknown"]
    assert {kind.word for kind in Kind} == set(kind_words.KINDS)
    assert {purpose.value for purpose in Purpose} == set(kind_words.PURPOSES)


def test_what_is_not_known_is_said_once() -> None:
    assert kind_words.what_for("unknown", "unknown") == "unknown"
    assert kind_words.what_for("tracking", "unknown") == "tracking", "a person may say the kind alone"
    said = [str(kind_words.what_for(kind_of(purpose).word, purpose.value)) for purpose in (Purpose.ADS, Purpose.UPDATE)]
    assert said == ["tracking: ads", "use: update"]
