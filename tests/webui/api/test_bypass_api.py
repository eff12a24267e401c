# SPDX-License-Identifier: GPL-3.0-or-later
"""What went around DNS, over the API."""

import time
from contextlib import closing
from typing import Any

import pytest

from firewall import topology
from firewall.topology import Role, Topology
from store.base import status
from store.base.process_status import FirewallStatus
from store.wall import bypass
from store.wall.bypass import Caught


def test_rows_with_filters(visitor: Any) -> None:
    base = "/api/v1"
    assert visitor.get(f"{base}/bypass").json()["items"] == []
    now = int(time.time())
    with closing(bypass.open_bypass(visitor.home.state / bypass.FILE_NAME)) as con:
        bypass.note(con, [
            Caught(now, "192.168.1.21", "dot", "8.8.8.8", 853, "tcp", True, 3, 1, "Google"),
            Caught(now, "192.168.1.30", "raw", "198.51.100.5", 443, "udp", False, 1, 2),
        ])  # fmt: skip
    found = visitor.get(f"{base}/bypass?kind=dot").json()["items"]
    assert [(row["device"], row["address"], row["company"], row["count"], row["refused"]) for row in found] == [
        ("Redmi Note 13", "8.8.8.8", "Google", 3, True)
    ]
    assert [row["kind"] for row in visitor.get(f"{base}/bypass?device=2").json()["items"]] == ["raw"]
    assert visitor.get(f"{base}/bypass?from=-7d&to=-2d").json()["items"] == []
    assert visitor.get(f"{base}/bypass?limit=0").status_code == 422
    refused = visitor.get(f"{base}/bypass?kind=nonsense")
    assert refused.status_code == 422 and refused.json()["detail"].startswith("kind must be port53, ")


@pytest.mark.process
def test_how_the_wall_stands(visitor: Any) -> None:
    assert visitor.get("/api/v1/wall").json()["mode"] == "off"
    lowered = {"port53": "nobody answers here"}
    stands = FirewallStatus(standing=True, mode="watch", switches={"doh": "watch"}, lowered=lowered)
    status.publish(visitor.home.run, "firewall", stands)
    found = visitor.get("/api/v1/wall").json()
    assert (found["standing"], found["switches"]) == (True, {"doh": "watch"})
    assert found["lowered"] == lowered


def test_where_telltale_stands(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topology, "look", lambda: Topology(Role.DNS, container=True, shut_in=True))
    found = visitor.get("/api/v1/wall").json()
    assert (found["place"], found["container"]) == ("dns", True)
    assert "network_mode: host" in found["where"][0]
