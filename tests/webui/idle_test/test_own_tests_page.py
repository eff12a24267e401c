# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on which a device tests itself: begun, watched, stopped and deleted there; it leads nowhere else."""

from collections.abc import Iterator

import pytest
from httpx2 import Response
from lived_in_home import XIAOMI, Home, _lived, _settled, home
from own_devices import Device, ask, at
from tested_home import over

pytestmark = pytest.mark.web
__all__ = ["_lived", "_settled", "home"]

PAGE = "/my/tests"


@pytest.fixture
def phone(home: Home) -> Iterator[Device]:
    with at(home, XIAOMI) as device:
        yield device


def tap(phone: Device, path: str, **fields: str) -> Response:
    """What a button of this page sends."""
    token = phone.get(PAGE).text.partition('name="csrf" value="')[2].partition('"')[0]
    return phone.post(path, data={"csrf": token, **fields}, headers={"Origin": "http://telltale"})


def test_the_page_of_ones_own_device_leads_there(phone: Device) -> None:
    assert f'href="{PAGE}"' in phone.get("/my").text
    page = phone.get(PAGE).text
    assert "Idle test of Redmi Note 13" in page and 'action="/my/tests/start"' in page and '"/evidence' not in page


def test_one_is_begun_watched_and_stopped(phone: Device, home: Home) -> None:
    assert tap(phone, f"{PAGE}/start", minutes="60").headers["location"] == PAGE
    page = phone.get(PAGE).text
    assert "minutes left" in page and 'hx-get="/my/tests/live?id=1"' in page and "/my/tests/start" not in page
    ask(home, XIAOMI, ("data.mistat.xiaomi.com", "PASS", 0))
    live = phone.get(f"{PAGE}/live?id=1")
    assert "data.mistat.xiaomi.com" in live.text and "/queries" not in live.text and "hx-refresh" not in live.headers
    assert tap(phone, f"{PAGE}/stop", id="1").headers["location"] == f"{PAGE}?id=1"
    assert phone.get(f"{PAGE}/live?id=1").headers["hx-refresh"] == "true"
    result = phone.get(f"{PAGE}?id=1").text
    assert "It tracks for 1 company: Xiaomi." in result and "/queries" not in result
    assert tap(phone, f"{PAGE}/delete", id="1").headers["location"] == PAGE
    assert phone.get(f"{PAGE}?id=1").status_code == 404


def test_what_others_test_is_told_alone(phone: Device, home: Home) -> None:
    running = over(home, own=False, ago_us=-3_540_000_000)
    page = phone.get(PAGE).text
    assert "Somebody who is logged in tests this device until" in page and "/my/tests/start" not in page
    assert phone.get(f"{PAGE}?id={running.id}").status_code == 404
    assert phone.get(f"{PAGE}/live?id={running.id}").status_code == 404


def test_without_the_pages_own_token_nothing_is_done(phone: Device) -> None:
    assert phone.post(f"{PAGE}/start", data={"minutes": "60"}).status_code == 403
    assert phone.post(f"{PAGE}/start", data={"csrf": "0" * 32, "minutes": "60"}).status_code == 403
    assert "Tests of this device" not in phone.get(PAGE).text


def test_who_is_not_known_is_told_so(home: Home) -> None:
    with at(home, "192.168.1.222") as stranger:
        assert stranger.get(PAGE).headers["location"] == "/my"
