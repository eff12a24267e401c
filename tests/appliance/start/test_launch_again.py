# SPDX-License-Identifier: GPL-3.0-or-later
"""The second start: what has gone wrong since the first one does not keep DNS from being answered, and is told."""

import os
import socket
from pathlib import Path

import pytest
from ports import bound_pair, free_port
from running_appliance import RunningAppliance, StartAppliance, Telltale
from waiting import until

from wire import stub

pytestmark = pytest.mark.process


def answers_on(port: int) -> bool:
    return stub.ask("telltale", ("127.0.0.1", port), timeout=1.0) is not None


def pages_on(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
            sock.sendall(b"GET /api/v1/health HTTP/1.0\r\n\r\n")
            return sock.recv(12).startswith(b"HTTP/1.")
    except OSError:
        return False


def told(one: RunningAppliance, telltale: Telltale) -> str:
    return telltale("health", "--state", str(one.state), TELLTALE_RUN=str(one.run)).stdout


def test_busy_ports_an_absent_address_and_a_slip_keep_nobody_from_dns(
    state: Path, appliance: StartAppliance, telltale: Telltale
) -> None:
    first = appliance(state)
    until(first.answers)
    assert first.stop() == 0
    udp, tcp, busy = bound_pair("127.0.0.1", free_port())
    other_udp, web, busy_web = bound_pair("127.0.0.1", free_port())
    os.environ["TELLTALE_UPDATE_HOURS"] = "often"
    one = appliance(
        state, "--dns", f"127.0.0.1:{busy}", "--dns", f"192.0.2.77:{busy}", "--web", f"127.0.0.1:{busy_web}"
    )
    until(one.answers)
    until(lambda: len(one.fallbacks()) >= 4)
    health = told(one, telltale)
    for word in (f"port {busy} ", "192.0.2.77", f"port {busy_web} ", "dns (environment)", "web (environment)",
                 "TELLTALE_UPDATE_HOURS", "update_hours is 24"):  # fmt: skip
        assert word in health, word
        until(lambda word=word: word in one.said())
    for sock in (udp, tcp, other_udp, web):
        sock.close()
    until(lambda: answers_on(busy) and one.answers())
    until(lambda: pages_on(busy_web))
    until(lambda: f"port {busy} " not in " ".join(one.fallbacks()))
    assert one.stop() == 0


@pytest.mark.parametrize("slip", [{"TELLTALE_DNS": "no address"}, {"TELLTALE_WORKERS": "many"}])
def test_a_first_start_may_refuse_a_slip(tmp_path: Path, telltale: Telltale, slip: dict[str, str]) -> None:
    done = telltale("run", "--state", str(tmp_path / "new"), **slip)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert next(iter(slip)) in done.stderr
