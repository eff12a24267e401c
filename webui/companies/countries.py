# SPDX-License-Identifier: GPL-3.0-or-later
"""The countries in which companies have their seat, by ISO 3166-1 alpha-2, as people read them. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from store.base.sentences import Sentence, say

_COUNTRIES: Mapping[str, Sentence] = {
    "AE": say("United Arab Emirates"), "AR": say("Argentina"), "AT": say("Austria"), "AU": say("Australia"),
    "BE": say("Belgium"), "BG": say("Bulgaria"), "BR": say("Brazil"), "CA": say("Canada"), "CH": say("Switzerland"),
    "CL": say("Chile"), "CN": say("China"), "CO": say("Colombia"), "CR": say("Costa Rica"), "CY": say("Cyprus"),
    "CZ": say("Czechia"), "DE": say("Germany"), "DK": say("Denmark"), "EE": say("Estonia"), "EG": say("Egypt"),
    "ES": say("Spain"), "FI": say("Finland"), "FR": say("France"), "GB": say("United Kingdom"), "GR": say("Greece"),
    "HK": say("Hong Kong"), "HU": say("Hungary"), "ID": say("Indonesia"), "IE": say("Ireland"), "IL": say("Israel"),
    "IN": say("India"), "IT": say("Italy"), "JP": say("Japan"), "KE": say("Kenya"), "KR": say("South Korea"),
    "KY": say("Cayman Islands"), "LT": say("Lithuania"), "LU": say("Luxembourg"), "LV": say("Latvia"),
    "MT": say("Malta"), "MX": say("Mexico"), "MY": say("Malaysia"), "NG": say("Nigeria"), "NL": say("Netherlands"),
    "NO": say("Norway"), "NZ": say("New Zealand"), "PA": say("Panama"), "PE": say("Peru"), "PH": say("Philippines"),
    "PL": say("Poland"), "PT": say("Portugal"), "RO": say("Romania"), "RU": say("Russia"), "SA": say("Saudi Arabia"),
    "SE": say("Sweden"), "SG": say("Singapore"), "SI": say("Slovenia"), "SK": say("Slovakia"), "TH": say("Thailand"),
    "TR": say("Türkiye"), "TW": say("Taiwan"), "UA": say("Ukraine"), "US": say("United States"), "UY": say("Uruguay"),
    "VG": say("British Virgin Islands"), "VN": say("Vietnam"), "ZA": say("South Africa"),
}  # fmt: skip


def country(code: str | None) -> str:
    """What people read for it; a code that is none of these as it is, "" for none."""
    return _COUNTRIES.get(code or "", code or "")
