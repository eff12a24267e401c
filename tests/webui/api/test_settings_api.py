# SPDX-License-Identifier: GPL-3.0-or-later
from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient
from web_app import web_app

from store.config.settings import SETTINGS, Settings


def by_key(client: TestClient) -> dict[str, dict[str, Any]]:
    return {item["key"]: item for item in client.get("/settings").json()["items"]}


def test_every_setting_has_its_value_default_and_words(bare: TestClient) -> None:
    shown = by_key(bare)
    assert list(shown) == list(SETTINGS)
    assert all(item["description"] and item["locked"] is None for item in shown.values())
    assert shown["sinkhole"]["value"] == shown["sinkhole"]["default"] == "null"
    assert shown["upstreams"]["value"] == list(Settings().upstreams)


def test_a_change_holds_at_once_and_null_takes_it_back(bare: TestClient) -> None:
    changed = bare.put("/settings", json={"sinkhole": "nxdomain", "upstreams": ["1.1.1.1"]})
    assert changed.status_code == 200
    assert by_key(bare)["sinkhole"]["value"] == "nxdomain"
    assert by_key(bare)["upstreams"]["value"] == ["1.1.1.1"]
    bare.put("/settings", json={"sinkhole": None})
    assert by_key(bare)["sinkhole"]["value"] == "null"


def test_all_are_stored_or_none(bare: TestClient) -> None:
    response = bare.put("/settings", json={"sinkhole": "nxdomain", "workers": 0})
    assert response.status_code == 422
    assert "workers: 0 is out of range" in response.json()["detail"]
    assert by_key(bare)["sinkhole"]["value"] == "null"


def test_an_unknown_setting_is_refused(bare: TestClient) -> None:
    assert "no setting 'colour'" in bare.put("/settings", json={"colour": "red"}).json()["detail"]


def test_a_new_own_name_is_a_name_of_ours_at_once(bare: TestClient) -> None:
    call: Callable[[], int] = lambda: bare.get("http://pihole/api/v1/rules").status_code  # noqa: E731
    assert call() == 421
    bare.put("/settings", json={"own_name": "pihole"})
    assert call() == 200


def test_what_the_environment_or_the_file_sets_is_locked(bare: TestClient, bare_home: Any) -> None:
    (bare_home.state / "telltale.toml").write_text("sinkhole_ttl = 60\n")
    app = web_app(bare_home.state, bare_home.run, {"TELLTALE_SINKHOLE": "nodata"})
    client = TestClient(app, "http://telltale/api/v1", client=("127.0.0.1", 1), headers=dict(bare.headers))
    shown = by_key(client)
    assert (shown["sinkhole"]["value"], shown["sinkhole"]["locked"]) == ("nodata", "environment")
    assert (shown["sinkhole_ttl"]["value"], shown["sinkhole_ttl"]["locked"]) == (60, "telltale.toml")
    refused = client.put("/settings", json={"sinkhole": "null"})
    assert refused.status_code == 409 and "environment" in refused.json()["detail"]


def test_a_broken_settings_file_is_said_and_the_rest_goes_on(bare: TestClient, bare_home: Any) -> None:
    (bare_home.state / "telltale.toml").write_text("workers = lots\n")
    app = web_app(bare_home.state, bare_home.run, {})
    client = TestClient(app, "http://telltale/api/v1", client=("127.0.0.1", 1), headers=dict(bare.headers))
    assert client.get("/rules").status_code == 200
    said = client.get("/settings")
    assert said.status_code == 200, "with what holds instead; health tells of the file"


def test_an_upstream_that_is_this_appliance_is_refused(bare: TestClient) -> None:
    refused = bare.put("/settings", json={"upstreams": ["9.9.9.9", "127.0.0.1"]})
    assert refused.status_code == 422 and "itself in a circle" in refused.json()["detail"]
    assert bare.put("/settings", json={"upstreams": ["127.0.0.1:5335"]}).status_code == 200, "another server here"
