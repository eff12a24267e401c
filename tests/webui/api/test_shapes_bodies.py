# SPDX-License-Identifier: GPL-3.0-or-later
"""Every body: no field that is not known, and no number or truth that is another in JSON."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from webui.api.shapes import Body
from webui.http.lazy_routes import routers
from webui.route_table import CALLS

BODIES_OF = [router for call in CALLS for router in routers(call.module)]  # so that every body is there
AS_IT_IS = {"integer": (True, 1.0, "1", 1.5), "boolean": (1, 0, "true", "off"), "number": (True, "1")}


def _bodies(kind: type[Body] = Body) -> Iterator[type[Body]]:
    for each in kind.__subclasses__():
        yield each
        yield from _bodies(each)


def _fields(kind: str) -> list[tuple[type[Body], str, Any]]:
    """Fields of bodies that take this and nothing else, or null, with values that are something else."""
    return [
        (body, name, value) for body in _bodies() for name, field in body.model_json_schema()["properties"].items()
        if [part.get("type") for part in field.get("anyOf", [field]) if part.get("type") != "null"] == [kind]
        for value in AS_IT_IS[kind]
    ]  # fmt: skip


def test_every_call_takes_such_a_body(bare: TestClient) -> None:
    whole = bare.get("http://telltale/api/openapi.json").json()
    schemas, seen = whole["components"]["schemas"], set()
    calls = [call for item in whole["paths"].values() for call in item.values()]
    waiting: list[Any] = [call["requestBody"] for call in calls if "requestBody" in call]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            name = str(part.get("$ref", "")).rsplit("/", 1)[-1]
            if name and name not in seen:
                seen.add(name)
                waiting.append(schemas[name])
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    objects = {name for name in seen if schemas[name].get("type") == "object"}
    assert len(objects) > 25
    assert {name for name in objects if schemas[name].get("additionalProperties") is not False} == set()


@pytest.mark.parametrize("kind", ["integer", "boolean"])
def test_a_number_or_a_truth_is_one_of_json(kind: str) -> None:
    fields = _fields(kind)
    assert len({(body, name) for body, name, _ in fields}) >= 5
    for body, name, value in fields:
        with pytest.raises(ValidationError) as refused:
            body.model_validate({name: value})
        wrong = [fault["type"] for fault in refused.value.errors() if fault["loc"][0] == name]
        assert wrong, (body, name, value)


CALLS = (
    ("PATCH", "/groups/1", {"devices": [1.0]}, "devices.0 must be a whole number."),
    ("PATCH", "/groups/1", {"devices": [True]}, "devices.0 must be a whole number."),
    ("PATCH", "/groups/1", {"schedule": "1"}, "schedule must be a whole number."),
    ("PATCH", "/devices/1", {"groups": [2.0]}, "groups.0 must be a whole number."),
    ("POST", "/devices/1/merge", {"into": True}, "into must be a whole number."),
    ("POST", "/changes/1/undo", {"later": 1}, "later must be true or false."),
    ("PUT", "/dhcp", {"on": "yes"}, "on must be true or false."),
    ("POST", "/groups", {"name": "Kids", "nmae": 1}, "nmae is no field of this call."),
    ("POST", "/schedules", {"name": "x", "windows": [{"days": ["mon"], "from": "1:00", "to": "2:00", "till": "3:00"}]},
     "windows.0.till is no field of this call."),
    ("POST", "/tokens", {"name": "x", "scope": "read", "scopes": ["admin"]}, "scopes is no field of this call."),
    ("POST", "/session", {"password": "x", "role": "admin"}, "role is no field of this call."),
    ("POST", "/requests/1", {"grant": 15, "ever": True}, "ever is no field of this call."),
    ("PUT", "/settings", {"log_keep_days": True}, "log_keep_days: This takes a whole number from 1 to 3650."),
    ("PUT", "/settings", {"log_keep_days": 9.0}, "log_keep_days: This takes a whole number from 1 to 3650."),
)  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "words"), CALLS)
def test_it_is_said_which_field_and_why(bare: TestClient, method: str, path: str, body: Any, words: str) -> None:
    refused = bare.request(method, path, json=body)
    assert refused.status_code == 422 and refused.json()["detail"] == words


def test_what_is_right_is_taken_as_before(bare: TestClient) -> None:
    assert bare.post("/groups", json={"name": "Kids", "devices": [], "schedule": None}).status_code == 201
    windows = [{"days": ["mon"], "from": "1:00", "to": "2:00"}]
    assert bare.post("/schedules", json={"name": "x", "windows": windows}).status_code == 201
    assert bare.put("/wall/switches", json={"scope": "house", "switches": {"port53": "watch"}}).status_code == 200
