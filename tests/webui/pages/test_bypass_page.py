# SPDX-License-Identifier: GPL-3.0-or-later
"""The bypass page: who went around DNS, and the wall's switch."""

import time
from contextlib import closing
from typing import Any

import pytest

from evidence.findings import dns_bypass
from firewall import topology
from firewall.topology import Role, Topology
from store.base import status
from store.base.process_status import ChildStatus, FirewallStatus, SupervisorStatus
from store.config import settings
from store.log.protocol import LogError
from store.wall import bypass
from store.wall.bypass import Caught


def catch(visitor: Any, *caught: Caught) -> None:
    with closing(bypass.open_bypass(visitor.home.state / bypass.FILE_NAME)) as con:
        bypass.note(con, caught)


WITHOUT = SupervisorStatus(children=(ChildStatus("worker-1"),))
CLAIM = "Nothing went around DNS"


def test_nothing_yet(visitor: Any) -> None:
    page = visitor.get("/bypass").text
    assert "The wall is off, so nothing is looked at" in page
    assert CLAIM not in page


@pytest.mark.parametrize(
    ("statuses", "where", "why"),
    [
        ({"supervisor": WITHOUT}, Role.GATEWAY, "CAP_NET_ADMIN"),
        ({"firewall": FirewallStatus(error="nft is missing.")}, Role.GATEWAY, "nft is missing"),
        ({"firewall": FirewallStatus(mode="watch", standing=True)}, Role.DNS, "does not pass through it"),
    ],
)
def test_nothing_is_claimed_where_nobody_looked(
    visitor: Any, monkeypatch: pytest.MonkeyPatch, statuses: dict[str, Any], where: Role, why: str
) -> None:
    visitor.form("/bypass/mode", mode="watch")
    for role, said in statuses.items():
        status.publish(visitor.home.run, role, said)
    monkeypatch.setattr(topology, "look", lambda: Topology(where))
    page = visitor.get("/bypass").text
    assert "Not visible from here" in page and why in page
    assert CLAIM not in page
    told = visitor.get("/api/v1/bypass").json()
    assert not told["sees"] and why in " ".join(told["unseen"]) and len(told["unseen"]) == 2
    assert not visitor.get("/api/v1/wall").json()["sees"]


def test_nothing_is_claimed_of_what_was_before_the_wall(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topology, "look", lambda: Topology(Role.GATEWAY))
    visitor.form("/bypass/mode", mode="watch")
    for began, claim in ((time.time() - 300, f"{CLAIM} since"), (time.time() - 90_000, f"{CLAIM}.")):
        status.publish(visitor.home.run, "firewall", FirewallStatus(mode="watch", standing=True, applied=began))
        assert claim in visitor.get("/bypass?range=24h").text
    told = visitor.get("/api/v1/bypass").json()
    assert told["sees"] and told["unseen"] == [] and told["since"]


def test_who_went_where(visitor: Any) -> None:
    now = int(time.time())
    catch(
        visitor,
        Caught(now, "192.168.1.21", "httpdns", "110.43.0.83", 80, "tcp", False, 12, 1, "Xiaomi"),
        Caught(now, "192.168.1.77", "raw", "198.51.100.5", 443, "udp", True, 1234),
    )
    page = visitor.get("/bypass?range=24h").text
    assert "Redmi Note 13" in page
    assert "A vendor&#39;s HTTP resolver" in page or "A vendor's HTTP resolver" in page
    assert "Xiaomi" in page
    assert "1,234" in page
    assert "UDP port 443" in page
    assert "Nothing went around" not in page


def test_the_switch_sets_the_wall(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topology, "look", lambda: Topology(Role.GATEWAY))
    assert visitor.form("/bypass/mode", mode="watch").headers["location"] == "/bypass"
    assert settings.load(visitor.home.state, {}).wall == "watch"
    assert "nothing holds it" in visitor.get("/bypass").text
    status.publish(visitor.home.run, "firewall", FirewallStatus(mode="watch", standing=True))
    assert "The wall watches" in visitor.get("/bypass").text


@pytest.mark.parametrize("mode", ["", "high", "<script>"])
def test_a_mode_that_is_none(visitor: Any, mode: str) -> None:
    assert visitor.form("/bypass/mode", mode=mode).status_code == 422
    assert settings.load(visitor.home.state, {}).wall == "off"


def test_a_damaged_file_is_no_end_of_the_page(visitor: Any) -> None:
    (visitor.home.state / bypass.FILE_NAME).write_bytes(b"no database" * 500)
    page = visitor.get("/bypass")
    assert page.status_code == 200
    assert CLAIM not in page.text and "cannot be read now" in page.text


def test_a_log_that_cannot_be_read_claims_nothing(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(*_: object) -> None:
        raise LogError("disk I/O error")

    assert "No device asked" in visitor.get("/bypass").text
    monkeypatch.setattr(dns_bypass, "asked_for", unreadable)
    page = visitor.get("/bypass").text
    assert "No device asked" not in page and "query log cannot be read" in page
