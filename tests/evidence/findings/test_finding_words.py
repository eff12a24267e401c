# SPDX-License-Identifier: GPL-3.0-or-later
"""Each finding is told in a plain sentence that names who, whom and what."""

import pytest

from evidence.findings.finding import Cause, Finding, FindingKind, FindingState
from evidence.findings.finding_words import CAUSES, KINDS, STATES, period, sentence, to_whom


def finding(kind: FindingKind, device: int = 3, company: str | None = "Xiaomi", cause: Cause = Cause.NONE) -> Finding:
    return Finding(kind, device, company, "xiaomi.com", ("data.xiaomi.com",), 1, 2, 5, 300.0, 0.1, 0.9, cause)


@pytest.mark.parametrize("kind", FindingKind)
def test_each_kind_has_a_sentence_of_its_device_and_of_the_home(kind: FindingKind) -> None:
    text = sentence(finding(kind), "Anna's phone")
    assert "Anna's phone" in text and text.endswith(".")
    assert "the home" in sentence(finding(kind, device=0), "0")


def test_words_there_are_for_all() -> None:
    assert set(KINDS) == set(FindingKind) and set(STATES) == set(FindingState) and set(CAUSES) == set(Cause)


def test_a_cause_is_told_after_it() -> None:
    text = sentence(finding(FindingKind.LEAK, cause=Cause.PAUSE), "TV")
    assert text == "Tracking by Xiaomi was answered for TV 5 times. Blocking was paused then."


def test_a_beacon_tells_its_period_and_whom() -> None:
    text = sentence(finding(FindingKind.BEACON), "TV")
    assert text == "TV asks Xiaomi at least every 5 minutes, for data.xiaomi.com."


def test_without_a_company_the_name_is_told() -> None:
    assert to_whom(finding(FindingKind.LEAK, company=None)) == "data.xiaomi.com"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (90, "90 seconds"), (120, "2 minutes"), (3570, "60 minutes"), (7200, "2 hours")],
)
def test_periods_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert period(seconds) == words
