# SPDX-License-Identifier: GPL-3.0-or-later
"""The gateway's commands, as far as they change nothing; the rest is tested in namespaces with the firewall's room."""

import json
import socket
import threading
from collections.abc import Callable

import pytest
from waiting import HANG_SECONDS

from appliance.cli import gateway_command
from network import routes

pytestmark = pytest.mark.process

Command = Callable[..., tuple[int, str, str]]
ROUTES = ([{"dst": "default", "gateway": "192.168.1.1", "dev": "eth0"}, {"dst": "192.168.1.0/24", "dev": "eth0"}], [])


def test_a_plan_is_printed(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "known_routes", lambda: ROUTES)
    code, out, _ = command("gateway", "plan")
    assert code == 0
    assert "net.ipv4.ip_forward = 1" in out
    assert "masquerade" in out
    assert json.loads(command("gateway", "plan", "--json")[1])["uplink"] == "eth0"


def test_a_machine_without_a_way_out_is_told_so(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "known_routes", lambda: ([], []))
    code, _, err = command("gateway", "plan")
    assert code == 1
    assert "no default route" in err


def test_recipes(command: Command) -> None:
    assert "FRITZ!Box" in command("gateway", "recipe")[1]
    assert "Access Profiles" in command("gateway", "recipe", "fritzbox")[1]
    code, _, err = command("gateway", "recipe", "toaster")
    assert code == 1
    assert "openwrt" in err


def test_online_is_an_upstream_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_command, "ASK_SECONDS", HANG_SECONDS)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(HANG_SECONDS)
        spec = f"127.0.0.1:{server.getsockname()[1]}"

        def answer() -> None:
            query, client = server.recvfrom(512)
            server.sendto(query[:2] + b"\x81\x80" + query[4:], client)

        thread = threading.Thread(target=answer)
        thread.start()
        assert gateway_command.online((spec,))
        thread.join()
