# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports that nobody chose give way to others; a port that somebody chose does not."""

from pathlib import Path

import pytest

from appliance.process import sockets
from appliance.process.sockets import DnsSockets, Endpoint, PortBusy, PortForbidden
from appliance.start import ports
from store.config.settings import Settings

REASONS = [PortBusy("Port 53 is held by dnsmasq; stop it."), PortForbidden("This user may not use port 53.")]


class Kernel:
    """Binds nothing, and refuses the ports under 1024."""

    def __init__(self, reason: Exception) -> None:
        self.reason = reason

    def bind_dns(self, endpoints: "list[Endpoint]") -> DnsSockets:
        endpoints = list(endpoints)
        if any(port < 1024 for _, port in endpoints):
            raise self.reason
        return DnsSockets(endpoints=endpoints)

    def bind_web(self, endpoint: Endpoint) -> "FakeSocket":
        if endpoint[1] < 1024:
            raise self.reason
        return FakeSocket(endpoint)


class FakeSocket:
    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    def getsockname(self) -> Endpoint:
        return self.endpoint


@pytest.fixture(params=REASONS, ids=["busy", "forbidden"])
def kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Kernel:
    made = Kernel(request.param)
    monkeypatch.setattr(sockets, "bind_dns", made.bind_dns)
    monkeypatch.setattr(sockets, "bind_web", made.bind_web)
    return made


def test_the_defaults_give_way_and_say_so(kernel: Kernel) -> None:
    bound = ports.open_dns(Settings(), chosen=False)
    assert bound.endpoints == [("0.0.0.0", 5300), ("::", 5300)]
    assert str(kernel.reason) in bound.warnings[0]
    assert "5300" in bound.warnings[0]
    _, endpoint, warnings = ports.open_web(Settings(), chosen=False)
    assert endpoint == ("0.0.0.0", 8053)
    assert "8053" in warnings[0]


def test_a_wish_does_not_give_way(kernel: Kernel) -> None:
    with pytest.raises(type(kernel.reason)):
        ports.open_dns(Settings(), chosen=True)
    with pytest.raises(type(kernel.reason)):
        ports.open_web(Settings(), chosen=True)


def test_who_chose(tmp_path: Path) -> None:
    assert not ports.chosen("dns", Settings(), tmp_path, {})
    assert ports.chosen("dns", Settings(), tmp_path, {"TELLTALE_DNS": "0.0.0.0:53,[::]:53"})
    assert ports.chosen("web", Settings(web="0.0.0.0:81"), tmp_path, {})
    (tmp_path / "telltale.toml").write_text('web = "0.0.0.0:80"\n')
    assert ports.chosen("web", Settings(), tmp_path, {})
