# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pictures show, read back from their paths."""

import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta

from evidence.report import pictures
from evidence.report.pictures import Cell

SVG = "{http://www.w3.org/2000/svg}"


def _paths(svg: str) -> list[ET.Element]:
    return [path for path in ET.fromstring(svg).iter(f"{SVG}path") if path.get("fill-opacity")]


def test_each_hour_that_has_anything_is_a_cell_and_more_is_darker() -> None:
    cells = {Cell("2026-11-01", 0): 1, Cell("2026-11-02", 23): 10, Cell("2026-11-03", 5): 0}
    paths = {path.get("fill-opacity"): path.get("d", "") for path in _paths(
        pictures.hours_by_day(cells, "2026-11-01", "2026-11-03", "Tracking")
    )}  # fmt: skip
    assert list(paths) == ["0.16", "1.0"]
    light, dark = (re.findall(r"M([\d.]+) (\d+)h", path) for path in paths.values())
    assert len(light) == len(dark) == 1
    assert float(light[0][0]) < float(dark[0][0]) and int(dark[0][1]) - int(light[0][1]) == 23 * pictures.ROW


def test_what_lies_outside_the_range_is_not_drawn() -> None:
    assert not _paths(pictures.hours_by_day({Cell("2025-01-01", 3): 9}, "2026-11-01", "2026-11-03", ""))


def test_a_year_is_folded_into_weeks_and_stays_small() -> None:
    first = date(2025, 11, 29)
    cells = {Cell((first + timedelta(days=day)).isoformat(), hour): day + 1 for day in range(365) for hour in range(24)}
    svg = pictures.hours_by_day(cells, first.isoformat(), (first + timedelta(days=364)).isoformat(), "")
    drawn = [place for path in _paths(svg) for place in re.findall(r"M([\d.]+) (\d+)h", path.get("d", ""))]
    assert len(drawn) == len(set(drawn)) == 53 * 24
    assert len(svg) < 60_000
    assert max(float(x) for x, _ in drawn) < pictures.WIDTH


def test_a_tick_for_each_second() -> None:
    svg = pictures.beat_ticks({"2026-11-02": [0, 43_200, 86_399], "2026-11-01": [43_200]}, "Beat <1>")
    ticks = [path.get("d", "") for path in ET.fromstring(svg).iter(f"{SVG}path") if path.get("stroke-width")]
    assert [tick.count("M") for tick in ticks] == [1, 3]
    noon = ticks[0].split()[0]
    assert noon in ticks[1]
    words = [text.text for text in ET.fromstring(svg).iter(f"{SVG}text")]
    assert "11-01" in words and "12:00" in words
    assert ET.fromstring(svg).get("aria-label") == "Beat <1>"


def test_a_bar_is_a_share_of_the_most() -> None:
    assert 'width="50.0"' in pictures.bar(5, 10)
    assert 'width="1.0"' in pictures.bar(1, 100_000)
    assert 'width="0.0"' in pictures.bar(0, 10)


def test_nothing_from_outside_and_no_style() -> None:
    svg = pictures.beat_ticks({"2026-11-02": [1]}, "x") + pictures.hours_by_day({}, "2026-11-01", "2026-11-01", "x")
    assert "style" not in svg and "script" not in svg and "href" not in svg
