# SPDX-License-Identifier: GPL-3.0-or-later
"""What is seen of an appliance from outside."""

from pathlib import Path
from typing import Any

import pytest

from appliance.doctor.observation import observe
from store.base import status
from store.base.process_parts import State
from store.base.process_status import RecorderStatus, SupervisorStatus
from wire import stub
from wire.message import Response


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Where DNS was asked; it answers."""
    servers: list[Any] = []

    def ask(_: str, server: tuple[str, int], **__: Any) -> Response:
        servers.append(server)
        return Response(0, b"", (0, 0, 0))

    monkeypatch.setattr(stub, "ask", ask)
    return servers


def test_an_appliance_that_runs(tmp_path: Path, asked: list[Any]) -> None:
    status.publish(tmp_path, "supervisor", SupervisorStatus(dns=("[::]:5300",)))
    status.publish(tmp_path, "recorder", RecorderStatus())
    seen = observe(tmp_path, {"TELLTALE_RUN": str(tmp_path), "TELLTALE_DNS": "127.0.0.1:53"})
    assert asked == [seen.server] == [("::1", 5300)]
    assert seen.running and seen.milliseconds is not None and seen.health.status is State.OK


def test_what_is_left_of_one_that_is_gone_is_not_believed(tmp_path: Path, asked: list[Any]) -> None:
    (tmp_path / "supervisor.json").write_text('{"dns": ["127.0.0.9:99"], "time": 1000.0}')
    seen = observe(tmp_path, {"TELLTALE_RUN": str(tmp_path), "TELLTALE_DNS": "127.0.0.2:53"})
    assert asked == [("127.0.0.2", 53)]
    assert not seen.running


def test_settings_that_do_not_read_are_said(tmp_path: Path) -> None:
    (mistyped,) = observe(tmp_path, {"TELLTALE_WORKERS": "many"}).mistyped
    assert "TELLTALE_WORKERS" in mistyped
