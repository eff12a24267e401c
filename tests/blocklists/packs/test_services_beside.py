# SPDX-License-Identifier: GPL-3.0-or-later
"""The services beside the index."""

import pytest

from blocklists.packs import services, services_beside
from blocklists.packs.services import ServiceError


def test_every_service_is_there_with_its_title() -> None:
    listed = {beside.blocklist_id: beside.title for beside in services_beside.load().lists}
    assert listed == {service.blocklist_id: service.title for service in services.load()}


def test_a_file_that_cannot_be_read_costs_the_services_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> tuple[services.Service, ...]:
        raise ServiceError("social.toml is torn")

    monkeypatch.setattr(services, "load", broken)
    assert services_beside.load.__wrapped__().lists == ()
    assert "social.toml is torn" in caplog.text
