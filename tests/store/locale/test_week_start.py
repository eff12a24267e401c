# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from babel import Locale, UnknownLocaleError

from store.locale.week_start import FIRST_DAY, first_day, region_of

REGIONS = {region for region in Locale("en").territories if len(region) == 2} - {"ZZ"}


def of_babel(region: str) -> int | None:
    try:
        return Locale.parse(f"und_{region}", resolve_likely_subtags=True).first_week_day
    except (UnknownLocaleError, ValueError):
        return None


def test_the_table_is_that_of_cldr() -> None:
    known = {region: day for region in REGIONS if (day := of_babel(region)) is not None}
    assert len(known) > 240
    assert {region: FIRST_DAY.get(region, 0) for region in known} == known
    assert set(FIRST_DAY) <= set(known)


@pytest.mark.parametrize(
    ("tag", "day"),
    [("en-US", 6), ("en-GB", 0), ("en", 0), ("de", 0), ("de-DE", 0), ("pt-BR", 6), ("hi", 6), ("id", 6), ("zh-CN", 0),
     ("zh-Hant-TW", 6), ("ar_EG", 5), ("en-us", 6), ("", 0), ("x-y-z", 0), ("en-1606nict-US", 6)],
)  # fmt: skip
def test_the_first_day_for_a_language_somewhere(tag: str, day: int) -> None:
    assert first_day(tag) == day


def test_the_region_of_a_tag() -> None:
    assert [region_of(tag) for tag in ("de", "de-AT", "sr-Latn-RS", "es-419")] == ["", "AT", "RS", ""]
