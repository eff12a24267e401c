# SPDX-License-Identifier: GPL-3.0-or-later
"""Each filter in force is a chip that leads to the log without it; one click sets what is looked for most."""

from urllib.parse import parse_qs, urlsplit

from webui.queries import log_chips
from webui.views.queries_view import FilterForm, filter_form


def pairs(href: str) -> dict[str, str]:
    return {key: value[0] for key, value in parse_qs(urlsplit(href).query).items()}


def test_every_filter_is_a_chip_and_taking_one_away_leaves_the_others() -> None:
    form = filter_form(
        device="3", client="10.0.0.2", name="x", names="y", verdict="BLOCK", list_="ads", company="unknown",
        kind="tracking", type_="a", source="own", purpose="ads", origin="CACHE", rcode="NXDOMAIN", range_="7d",
        hide="cdn", dnssec="bogus",
    )  # fmt: skip
    chips = log_chips.chips(form, {3: "TV"}, {"ads": "Ads"})
    assert {chip.key for chip in chips} == form.pairs().keys() - {"range"}
    assert {chip.key: chip.words for chip in chips}["company"] == "not known"
    for chip in chips:
        assert pairs(chip.href) == {key: value for key, value in form.pairs().items() if key != chip.key}


def test_one_click_sets_and_the_next_takes_away_and_the_rest_stays() -> None:
    form = FilterForm(device=3, range="7d")
    leaked = next(choice for choice in log_chips.quick(form) if choice.look == "leaked")
    assert not leaked.on
    assert pairs(leaked.href) == {"device": "3", "range": "7d", "verdict": "PASS", "kind": "tracking"}
    set_now = log_chips.quick(filter_form(device="3", verdict="PASS", kind="tracking"))
    on = next(choice for choice in set_now if choice.look == "leaked")
    assert on.on and pairs(on.href) == {"device": "3"}


def test_a_time_by_its_word_takes_the_place_of_one_of_ones_own() -> None:
    form = FilterForm(name="x", from_text="-2h", to_text="-1h")
    times = log_chips.times(form)
    assert not any(choice.on for choice in times) and log_chips.when(form) == ""
    assert pairs(times[0].href) == {"name": "x"}
    night = next(choice for choice in times if "night" in choice.title)
    assert pairs(night.href) == {"name": "x", "range": "night"}
    assert log_chips.when(FilterForm(range="night")) == "last night, 2 to 4"
