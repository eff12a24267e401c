# SPDX-License-Identifier: GPL-3.0-or-later
"""The countries in which companies have their seat, by ISO 3166-1 alpha-2, as people read them. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from store.base.sentences import Sentence, say

_COUNTRIES: Mapping[str, Sentence] = {
    "AE": say("United Arab Emirates"), "AT": say("Austria"), "AU": say("Australia"), "BE": say("Belgium"),
    "BG": say("Bulgaria"), "BR": say("Brazil"), "CA": say("Canada"), "CH": say("Switzerland"), "CN": say("China"),
    "CR": say("Costa Rica"), "CY": say("Cyprus"), "CZ": say("Czechia"), "DE": say("Germany"), "DK": say("Denmark"),
    "EE": say("Estonia"), "ES": say("Spain"), "FI": say("Finland"), "FR": say("France"), "GB": say("United Kingdom"),
    "HU": say("Hungary"), "ID": say("Indonesia"), "IE": say("Ireland"), "IL": say("Israel"), "IN": say("India"),
    "IT": say("Italy"), "JP": say("Japan"), "KR": say("South Korea"), "KY": say("Cayman Islands"),
    "LT": say("Lithuania"), "LU": say("Luxembourg"), "LV": say("Latvia"), "MT": say("Malta"), "MY": say("Malaysia"),
    "NL": say("Netherlands"), "NO": say("Norway"), "NZ": say("New Zealand"), "PA": say("Panama"), "PL": say("Poland"),
    "RO": say("Romania"), "RU": say("Russia"), "SE": say("Sweden"), "SG": say("Singapore"), "SI": say("Slovenia"),
    "SK": say("Slovakia"), "TR": say("Türkiye"), "TW": say("Taiwan"), "UA": say("Ukraine"),
    "US": say("United States"), "UY": say("Uruguay"), "VG": say("British Virgin Islands"),
}  # fmt: skip


def country(code: str | None) -> str:
    """What people read for it; a code that is none of these as it is, "" for none."""
    return _COUNTRIES.get(code or "", code or "")
