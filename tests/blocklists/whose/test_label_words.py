# SPDX-License-Identifier: GPL-3.0-or-later
"""What the labels below a company's domain suggest."""

import pytest

from blocklists.whose.label_words import purpose_in_doubt, purpose_of
from blocklists.whose.statement import Heed
from store.names.purpose import Purpose


@pytest.mark.parametrize(
    ("below", "purpose"),
    [
        ("metrics5", Purpose.ANALYTICS),
        ("eu-log-2.api", Purpose.ANALYTICS),
        ("login", Purpose.FUNCTION),
        ("blog", Purpose.CONTENT),
        ("ads-static.cdn", Purpose.ADS),
        ("crashlogs", Purpose.CRASH),
        ("smetrics", Purpose.ANALYTICS),
        ("biometrics", Purpose.UNKNOWN),
        ("fr.push.eu", Purpose.PUSH),
        ("ota", Purpose.UPDATE),
        ("loads", Purpose.UNKNOWN),
        ("fr.downloads", Purpose.CONTENT),
        ("uploads", Purpose.UNKNOWN),
        ("mobileads", Purpose.ADS),
        ("privatestats", Purpose.ANALYTICS),
        ("mqtt", Purpose.PUSH),
        ("diagnostics", Purpose.ANALYTICS),
        ("eventgw", Purpose.ANALYTICS),
        ("", Purpose.UNKNOWN),
    ],
)
def test_what_labels_say_where_nothing_is_known(below: str, purpose: Purpose) -> None:
    assert purpose_of(below, Purpose.UNKNOWN, Heed.ALL) is purpose


@pytest.mark.parametrize(
    ("below", "said", "heed", "purpose"),
    [
        ("cdn", Purpose.FUNCTION, Heed.ALL, Purpose.CONTENT),
        ("cdn", Purpose.UPDATE, Heed.TRACKING, Purpose.UPDATE),
        ("telemetry", Purpose.UPDATE, Heed.TRACKING, Purpose.ANALYTICS),
        ("telemetry", Purpose.UPDATE, Heed.NONE, Purpose.UPDATE),
        ("www.login", Purpose.ADS, Heed.ALL, Purpose.ADS),
    ],
)
def test_against_what_was_said(below: str, said: Purpose, heed: Heed, purpose: Purpose) -> None:
    assert purpose_of(below, said, heed) is purpose


def test_a_company_has_words_of_its_own() -> None:
    assert purpose_of("vcode-od", Purpose.FUNCTION, Heed.ALL, {"vcode": Purpose.ANALYTICS}) is Purpose.ANALYTICS
    assert purpose_of("log", Purpose.FUNCTION, Heed.ALL, {"log": Purpose.FUNCTION}) is Purpose.FUNCTION


@pytest.mark.parametrize(("below", "purpose"), [
    ("login", Purpose.FUNCTION), ("login-eu.v2", Purpose.FUNCTION), ("metrics.api", Purpose.ANALYTICS),
    ("x1.api", Purpose.UNKNOWN), ("data.game", Purpose.UNKNOWN), ("x1.metrics", Purpose.ANALYTICS),
])  # fmt: skip
def test_in_doubt_use_is_believed_of_the_first_label_alone(below: str, purpose: Purpose) -> None:
    assert purpose_in_doubt(below) is purpose
