# SPDX-License-Identifier: GPL-3.0-or-later
"""On which day a week begins where somebody lives. Pure.

From Unicode's CLDR, supplemental/weekData (firstDay), as the library babel 2.19 has it: Monday wherever nothing else is
said here. A test compares the table with that library.
"""

MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6
_DAYS = {
    FRIDAY: "MV",
    SATURDAY: "AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY",
    SUNDAY: "AG AO AS BD BR BS BT BW BZ CA CO CV DM DO ET GT GU GW HK HN ID IL IN IS JM JP KE KH KR LA MH MM MO MT MX "
            "MZ NI NP PA PE PH PK PR PT PY SA SG ST SV TH TL TT TW UM US VE VI WS YE ZA ZW",
}  # fmt: skip
FIRST_DAY = {region: day for day, regions in _DAYS.items() for region in regions.split()}
# Where most of a language's speakers live, of those of ours whose tag names no region. English is spoken everywhere.
_LIKELY = {"hi": "IN", "id": "ID"}


def region_of(tag: str) -> str:
    """The region of a language's tag (BCP 47), in capitals: "en-US" → "US"; "" for one that names none."""
    subtags = tag.replace("_", "-").split("-")[1:]
    return next((each.upper() for each in subtags if len(each) == 2 and each.isascii() and each.isalpha()), "")


def first_day(tag: str) -> int:
    """The first day of the week for whoever reads this language there; Monday is 0."""
    return FIRST_DAY.get(region_of(tag) or _LIKELY.get(tag.lower(), ""), MONDAY)
