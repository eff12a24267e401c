# SPDX-License-Identifier: GPL-3.0-or-later
"""A blocked name on a device's own page, in a real browser at that device: one tap, and it resolves, there alone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import dns.message
import dns.query
import pytest
from real_browser import chromium, follow, marks, opened, sync_api
from relay import relay
from running_appliance import RunningAppliance, StartAppliance
from scripted_upstream import ScriptedUpstream
from waiting import HANG_SECONDS, until

from store.base import db
from store.config import account, devices, edit
from store.household import exceptions
from store.log.values import QueryFilter
from store.stats.sqlite_reader import open_reader

__all__ = ["chromium"]

pytestmark = marks
TABLET, TV = "127.0.0.2", "127.0.0.3"
LEFT = re.compile(r"\b1?[0-9] minutes left")  # of fifteen, of which a restart may take some
NAME, OTHERS = "pay.blocked.org", "secret.blocked.org"


@pytest.fixture
def upstream() -> Iterator[ScriptedUpstream]:
    with ScriptedUpstream() as made:
        yield made


@pytest.fixture
def home(state: Path) -> Path:
    """A home with a password, where everything below one name is blocked."""
    engine = edit.engine(state)
    account.set_password(engine, "a good long password")
    edit.add_rule(engine, "block", "blocked.org")
    return state


def resolves(running: RunningAppliance, source: str, name: str = NAME) -> bool:
    """Whether the device at `source` gets the address that the upstream has."""
    query = dns.message.make_query(name, "A")
    try:
        answer = dns.query.udp(query, "127.0.0.1", port=running.port, source=source, timeout=HANG_SECONDS)
    except OSError:
        return False
    return any(record.to_text() == "192.0.2.1" for rrset in answer.answer for record in rrset)


def started(appliance: StartAppliance, home: Path, upstream: ScriptedUpstream) -> RunningAppliance:
    running = appliance(home, "--upstream", upstream.spec)
    until(lambda: running.answers() and running.serves_pages() and running.is_up("recorder"))
    until(lambda: resolves(running, TABLET, "www.shop.net"))
    return running


@contextmanager
def seen_from(source: str, port: int, page: Any) -> Iterator[str]:
    """`relay`, which the page leaves before it ends: a page asks now and then whether its appliance is there."""
    with relay(source, port) as address:
        yield address
        page.goto("about:blank")


def let_through(page: Any, name: str = NAME) -> Any:
    """The button beside a name on a device's own page."""
    return page.locator(f'#blocked form:has(input[value="{name}"])').get_by_role("button", name="Let through here")


def noted(home: Path, client: str, name: str) -> bool:
    """Whether the log has it by now; the recorder writes what waits when somebody looks."""
    with closing(open_reader(home)) as log:
        return bool(log.queries(QueryFilter(client=client, name=name)).items)


def scope_of(home: Path, address: str) -> str:
    with closing(db.connect(home / "config.db", read_only=True)) as con:
        return f"device:{devices.clients(con)[address]}"


def test_a_tap_on_the_device_lets_a_name_through_there_until_its_time_is_over_also_across_a_restart(
    appliance: StartAppliance, home: Path, upstream: ScriptedUpstream, chromium: Any
) -> None:
    complaints: list[str] = []
    page, other, expect = opened(chromium, complaints), opened(chromium, complaints), sync_api.expect
    running = started(appliance, home, upstream)
    assert not resolves(running, TABLET) and not resolves(running, TV)
    assert not resolves(running, TV, OTHERS)
    until(lambda: noted(home, TABLET, NAME) and noted(home, TV, OTHERS))
    with seen_from(TABLET, running.web, page) as own:
        page.goto(f"{own}/my")
        assert OTHERS not in page.content()
        follow(let_through(page))
        expect(page.get_by_text(LEFT)).to_be_visible()
        until(lambda: resolves(running, TABLET))
        assert not resolves(running, TV) and not resolves(running, TABLET, OTHERS)
        with seen_from(TV, running.web, other) as its:
            other.goto(f"{its}/my")
            expect(let_through(other, OTHERS)).to_be_visible()
            assert "minutes left" not in other.content()
    running.stop()

    running = started(appliance, home, upstream)
    assert resolves(running, TABLET) and not resolves(running, TV)
    with seen_from(TABLET, running.web, page) as own:
        page.goto(f"{own}/my")
        expect(page.get_by_text(LEFT)).to_be_visible()
    exceptions.let_through(edit.engine(home), scope_of(home, TABLET), NAME, int(time.time()) + 4)
    running.stop()

    running = started(appliance, home, upstream)
    until(lambda: not resolves(running, TABLET))
    assert exceptions.exceptions(edit.engine(home)) == []
    with seen_from(TABLET, running.web, page) as own:
        page.goto(f"{own}/my")
        follow(let_through(page))
        until(lambda: resolves(running, TABLET))
        follow(page.get_by_role("button", name="Block again"))
        until(lambda: not resolves(running, TABLET))
    assert complaints == []


def test_its_time_ends_while_it_runs(appliance: StartAppliance, home: Path, upstream: ScriptedUpstream) -> None:
    running = started(appliance, home, upstream)
    until(lambda: TABLET in _clients(home))
    exceptions.let_through(edit.engine(home), scope_of(home, TABLET), NAME, int(time.time()) + 600)
    until(lambda: resolves(running, TABLET))
    exceptions.let_through(edit.engine(home), scope_of(home, TABLET), NAME, int(time.time()) + 2)
    until(lambda: not resolves(running, TABLET))
    assert running.fallbacks() == []


def _clients(home: Path) -> dict[str, int]:
    with closing(db.connect(home / "config.db", read_only=True)) as con:
        return devices.clients(con)
