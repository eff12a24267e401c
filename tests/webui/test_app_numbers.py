# SPDX-License-Identifier: GPL-3.0-or-later
"""A number out of range, in any field of the API or of a form: a sentence, never an error of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from store.config import edit
from store.config.settings import SETTINGS
from store.household import groups as household_groups

pytestmark = pytest.mark.process  # pages ask the system for its addresses
ODD = (-1, 0, 2**31, 2**63, 10**30, "1e999", "nan", "٣", "1.5", "")


def numbers(schema: dict[str, Any], whole: dict[str, Any]) -> bool:
    """Whether a schema takes a number, or text that stands for one."""
    found = whole["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
    return any(part.get("type") in ("integer", "number") for part in (found, *found.get("anyOf", ())))


def calls(whole: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, parameter) of each that is a number or a moment."""
    for path, operations in whole["paths"].items():
        for method, operation in operations.items():
            if "text/event-stream" in str(operation["responses"]):
                continue  # it goes on for as long as somebody listens
            for parameter in operation.get("parameters", ()):
                if numbers(parameter["schema"], whole) or parameter["name"] in ("from", "to", "step"):
                    yield method, path, parameter


def kind_of(parameter: dict[str, Any]) -> str:
    """Calls that take the same kind of number refuse the same ones, before any of them is asked."""
    moment = parameter["name"] if parameter["name"] in ("from", "to", "step") else ""
    return json.dumps([parameter["in"], moment, parameter["schema"]], sort_keys=True)


def test_every_number_of_the_api(visitor: Any) -> None:
    """What one call refuses, all that take the same kind of number refuse; what none refuses, each call is asked."""
    whole, headers = visitor.get("/api/openapi.json").json(), {"X-CSRF-Token": visitor.csrf}
    found = list(calls(whole))
    assert len(found) > 15
    refused: set[tuple[str, str]] = set()
    for method, path, parameter in found:
        for odd in (odd for odd in map(str, ODD) if (kind_of(parameter), odd) not in refused):
            inside = parameter["in"] == "path"
            where = re.sub(r"{(\w+)}", odd if inside else "1", path)
            params = {} if inside else {parameter["name"]: odd}
            said = visitor.request(method, where, params=params, headers=headers)
            assert said.status_code < 500, (method, where, params, said.text)
            if said.status_code == 422 and parameter["name"] in said.json()["detail"]:
                refused.add((kind_of(parameter), odd))
    assert len(refused) > 50, "most odd numbers are refused by their kind"


def test_every_setting_that_is_a_number(visitor: Any) -> None:
    headers = {"X-CSRF-Token": visitor.csrf, "Content-Type": "application/json"}
    for key in (key for key, setting in SETTINGS.items() if isinstance(setting.default, int | float)):
        for odd in ("-1", "1e400", "9" * 400, "9" * 5000, '"9"', "true", "[]", "NaN"):
            said = visitor.put("/api/v1/settings", content=f'{{"{key}": {odd}}}', headers=headers)
            assert said.status_code in (400, 422), (key, odd, said.text)
            assert len(said.json()["detail"]) < 400


def test_hidden_numbers_of_every_form(visitor: Any) -> None:
    seen: set[tuple[str, str]] = set()
    household_groups.add_group(visitor.engine(), "Children")
    edit.add_rule(visitor.engine(), "block", "x.example")
    for path in ("/devices", "/devices/1", "/blocklists", "/queries", "/bypass/wall?scope=device:1", "/settings"):
        page = visitor.get(path).text
        for action, body in re.findall(r'<form\b[^>]*?action="([^"]*)"[^>]*>(.*?)</form>', page, re.S):
            fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', body))
            for name in (name for name, value in fields.items() if value.isdecimal()):
                if (action, name) not in seen:
                    seen.add((action, name))
                    assert_refused(visitor, action, fields, name)
    assert {name for _, name in seen} >= {"id", "device"}


def assert_refused(visitor: Any, action: str, fields: dict[str, str], name: str) -> None:
    for odd in ODD:
        said = visitor.post(action, data={**fields, name: str(odd)})
        assert said.status_code < 500, (action, name, odd, said.text)
