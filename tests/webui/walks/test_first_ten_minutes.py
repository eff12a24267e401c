# SPDX-License-Identifier: GPL-3.0-or-later
"""A newcomer's first ten minutes, by mouse, by keyboard alone and on a phone: a wrong code, then every step."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import real_browser
from lived_in_home import settle
from real_browser import sync_api
from strolls import WAYS, Stroll
from told_facts import NOTHING
from waiting import until
from walks import PHONE, Walks, walking
from weak_scrypt import weak_scrypt

from store.base import secret
from store.config import lists, session
from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.writer import Writer
from webui.frame import first_run_marks

pytestmark = [*real_browser.marks, pytest.mark.slow]

GOOD = "correct horse battery"
UNRESOLVED = "ERR_NAME_NOT_RESOLVED"  # of the one-time name: there is no DNS here
REFUSED = "403"  # the wrong code


@pytest.fixture
def beginning(tmp_path: Path) -> Iterator[Walks]:
    """A home where nobody has set a password."""
    home = settle(tmp_path, password=False)
    with weak_scrypt(), walking(home.state, home.run) as walks:
        yield walks


def asked(state: Path, name: str, client: str, verdict: Verdict) -> None:
    with closing(querylog.open_log(state / querylog.FILE_NAME)) as con:
        writer = Writer(con, NOTHING)
        writer.add(Batch(1, 0, 1, [client], [Key(name, 1, verdict, Origin.SELF, "", "", 0, "")],
                         [(time.time_ns() // 1000, 0, 0, 90)]), lambda _: 0)  # fmt: skip
        writer.commit()


# On a phone, where there is least room; every way with WALKS=all.
@pytest.mark.parametrize("way", WAYS if os.environ.get("WALKS") == "all" else ["phone"])
def test_a_newcomer_comes_to_the_end(beginning: Walks, way: str) -> None:
    options = PHONE if way == "phone" else {"viewport": {"width": 1440, "height": 900}}
    stroll = Stroll(beginning, beginning.page(logged_in=False, **options), way)
    page = stroll.page
    page.goto(beginning.address)
    _password(stroll)
    stroll.press(page.get_by_role("radio", name="Recommended"))
    stroll.follow(page.get_by_role("button", name="Block so, and go on"))
    sync_api.expect(page.get_by_role("heading", level=1)).to_contain_text("maker")
    stroll.follow(page.get_by_role("button", name="Skip"))
    sync_api.expect(page.get_by_role("heading", level=1)).to_have_text("Point your router here")
    stroll.follow(page.get_by_role("link", name="FRITZ!Box"))
    sync_api.expect(page.locator("#steps")).to_contain_text("Home Network > Network")
    stroll.follow(page.get_by_role("button", name="I have entered it: check it"))
    _check(stroll)
    stroll.follow(page.get_by_role("button", name="Finish the set-up"))
    sync_api.expect(page).to_have_url(re.compile(r"/$"))
    until(lambda: not first_run_marks.is_open(beginning.state))
    on = {view.id for view in lists.blocklists(session.engine(beginning.state)) if view.on}
    assert "hagezi-normal" in on and "hagezi-light" not in on
    assert stroll.clicks <= 14
    assert [line for line in beginning.complaints if UNRESOLVED not in line and REFUSED not in line] == []
    real_browser.leave(page)


def _password(stroll: Stroll) -> None:
    """A wrong code wipes nothing; strength is told while it is typed."""
    page = stroll.page
    code, password, again = page.get_by_label("Set-up code"), page.locator("#password"), page.locator("#again")
    stroll.type(code, "WRON-GONE")
    stroll.type(password, "Password1")
    sync_api.expect(page.locator("#strength strong")).to_have_text("too common")
    password.fill(GOOD)
    sync_api.expect(page.locator("#strength strong")).to_have_text("strong")
    stroll.type(again, GOOD)
    stroll.press(page.get_by_role("button", name="Set the password"))
    sync_api.expect(page.get_by_text(re.compile("not the set-up code")).first).to_be_visible()
    sync_api.expect(password).to_have_value(GOOD)
    sync_api.expect(again).to_have_value(GOOD)
    sync_api.expect(code).to_be_focused()
    code.fill(secret.setup_code(stroll.walks.state))
    stroll.follow(page.get_by_role("button", name="Set the password"))
    sync_api.expect(page.get_by_role("heading", level=1)).to_have_text("How much shall Telltale block?")


def _check(stroll: Stroll) -> None:
    """The list ticks itself while the page is open; the test of this browser finds its look-up."""
    page, state = stroll.page, stroll.walks.state
    sync_api.expect(page.locator("#check-block")).not_to_have_class("ticked")
    asked(state, "ads.example", "127.0.0.1", Verdict.BLOCK)
    for key in ("query", "block"):
        sync_api.expect(page.locator(f"#check-{key}")).to_have_class("ticked")
    hosts = list[str]()
    page.on("request", lambda request: hosts.append(request.url.split("/")[2]))

    def log_first(route: Any) -> None:
        """The page asks four times alone whether its name is in the log: it is there before it asks."""
        name = next(host for host in hosts if re.fullmatch("check-[0-9a-f]+[.]telltale", host))
        asked(state, name, "127.0.0.1", Verdict.LOCAL)
        route.continue_()

    page.route("**/setup/check/browser?*", log_first)
    stroll.press(page.get_by_role("button", name="Test this device").or_(
        page.get_by_role("link", name="Test this device")).first)  # fmt: skip
    sync_api.expect(page.locator("#browser-result")).to_contain_text("This device uses Telltale.")
