# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose names are kept no more, and the log cleared once it was seen how much that is."""

import re
from typing import Any

from store.config import edit, settings
from store.household import groups
from store.imports import clearing, log_tasks


def test_first_it_is_said_how_much_would_go(looker: Any) -> None:
    part = looker.get("/settings/kept/clear", headers={"HX-Request": "true"}).text
    total = int(re.findall(r"([\d,]+) records would be deleted", part)[0].replace(",", ""))
    one = looker.get("/settings/kept/clear", params={"device": "1"}, headers={"HX-Request": "true"}).text
    of_one = int(re.findall(r"([\d,]+) records? of", one)[0].replace(",", ""))
    assert 0 < of_one < total
    page = looker.get("/settings/kept/clear").text
    assert "<html" in page and "would be deleted for good" in page


def test_it_is_deleted_only_by_who_is_sure(newcomer: Any) -> None:
    assert newcomer.form("/settings/kept/clear", before="1700000000000000").status_code == 422
    answer = newcomer.form("/settings/kept/clear", before="1700000000000000", sure="yes")
    assert answer.headers["location"] == "/settings/kept?notice=clearing#clear"
    (path,) = (newcomer.home.state / log_tasks.FOLDER).iterdir()
    assert clearing.loaded(path.read_text()) == clearing.Clear(1700000000000000, None)
    devices = ({"before": "1", "device": "1; DROP"}, {"before": "1", "device": "99"})
    for odd in ({"before": "-1"}, {"before": "x"}, *devices):
        assert newcomer.form("/settings/kept/clear", sure="yes", **odd).status_code in (404, 422)


def test_names_of_a_device_are_kept_no_more_and_again(newcomer: Any) -> None:
    group = groups.add_group(newcomer.engine(), "Guests <b>")
    answer = newcomer.form("/settings/kept/unnamed", scope=f"group:{group}", on="yes")
    assert answer.headers["location"] == "/settings/kept?notice=saved#unnamed"
    assert settings.load(newcomer.home.state, {}).log_unnamed == (f"group:{group}",)
    page = newcomer.get("/settings/kept").text
    assert "Keep names again" in page and "Guests &lt;b&gt;" in page and "but for some devices" in page
    newcomer.form("/settings/kept/unnamed", scope=f"group:{group}", on="no")
    assert settings.load(newcomer.home.state, {}).log_unnamed == ()
    assert newcomer.form("/settings/kept/unnamed", scope="house", on="yes").status_code == 422
    assert newcomer.form("/settings/kept/unnamed", scope="device:x", on="yes").status_code == 422


def test_each_level_says_what_is_lost(newcomer: Any) -> None:
    assert "Who asked for which name is kept for 90 days." in newcomer.get("/settings/kept").text
    for level, said in (("names", "without who asked"), ("nothing", "No query is written down.")):
        newcomer.form("/settings/kept", log_privacy=level)
        assert said in newcomer.get("/settings/kept").text
    edit.put_settings(newcomer.engine(), {"log_privacy": None})


def test_pages_say_where_privacy_hides_something(visitor: Any) -> None:
    hides, nobody = "This device’s names are not kept", "Who asks is not written down"
    nothing = "No query is written down"
    for path in ("/", "/evidence", "/devices/1"):
        page = visitor.get(path).text
        assert not any(said in page for said in (hides, nobody, nothing)), path
    visitor.form("/settings/kept/unnamed", scope="device:1", on="yes")
    assert hides in visitor.get("/devices/1").text and hides not in visitor.get("/devices/2").text
    visitor.form("/settings/kept/unnamed", scope="device:1", on="no")
    for level, said in (("names", nobody), ("nothing", nothing)):
        visitor.form("/settings/kept", log_privacy=level)
        assert all(said in visitor.get(path).text for path in ("/", "/evidence", "/devices/1"))
