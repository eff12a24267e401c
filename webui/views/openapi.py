# SPDX-License-Identifier: GPL-3.0-or-later
"""What the API can do, as OpenAPI and as a page of our own: small, and complete without a network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment, FileSystemLoader

from store.config.choices import TokenScope, either
from webui.http import lazy_routes, permissions
from webui.http.language import language
from webui.views.spoken import Spoken, Written

router = APIRouter(prefix="/api", dependencies=[permissions.sees])

TEMPLATES = Path(__file__).parent.parent / "templates"
# A schema that holds itself, or a long chain, is cut here: the page is for people.
MAX_DEPTH = 6
SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "description": f"An API token (scope {either(TokenScope)})."},
    "session": {"type": "apiKey", "in": "cookie", "name": "telltale_session"},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token", "description": "with the cookie"},
}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "one plain sentence"},
        "errors": {"type": "array", "items": {"type": "object"}, "description": "fields that are not right"},
        "needs": {"type": "string", "description": "what else this log-in takes: code, of an app or for recovery"},
    },
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One call as the page shows it."""

    method: str
    path: str
    summary: str
    description: str
    parameters: list[dict[str, Any]]
    body: str
    answer: str
    stream: bool


@router.get("/openapi.json")
def openapi(request: Request) -> JSONResponse:
    return JSONResponse(schema(request))


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    whole = schema(request)
    groups: dict[str, list[Operation]] = {}
    for tag, operation in operations(whole):
        groups.setdefault(tag, []).append(operation)
    template = _templates(language(request)).get_template("api_docs.html")
    return HTMLResponse(template.render(info=whole["info"], groups=groups))


def schema(request: Request) -> dict[str, Any]:
    """The OpenAPI document, with our problem details in place of FastAPI's own error shapes."""
    app = request.app
    if app.openapi_schema is None:
        lazy_routes.every(app)
        whole = app.openapi()
        parts = whole.setdefault("components", {})
        parts["securitySchemes"] = {**SECURITY, "session": {**SECURITY["session"], "name": request.app.state.ui.cookie}}
        for name in ("HTTPValidationError", "ValidationError"):
            parts.get("schemas", {}).pop(name, None)
        parts.setdefault("schemas", {})["Problem"] = PROBLEM
        whole["security"] = [{"token": []}, {"session": [], "csrf": []}]
        for item in whole["paths"].values():
            for call in item.values():
                _state_problems(call)
    document: dict[str, Any] = app.openapi_schema
    return document


def operations(whole: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    """Each call with its tag, in the order of the document."""
    for path, item in whole["paths"].items():
        for method, call in item.items():
            yield (
                call.get("tags", ["other"])[0],
                Operation(
                    method=method.upper(),
                    path=path,
                    summary=call.get("summary", ""),
                    description=call.get("description", ""),
                    parameters=[_parameter(parameter) for parameter in call.get("parameters", [])],
                    body=_example(whole, call.get("requestBody", {})),
                    answer=_answer(whole, call.get("responses", {})),
                    stream="text/event-stream" in call.get("responses", {}).get("200", {}).get("content", {}),
                ),
            )


@cache
def _templates(tag: str) -> Environment:
    spoken = Spoken(tag)
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, finalize=spoken.shown, extensions=[Written])
    made.globals |= spoken.globals()
    return made


def _state_problems(call: dict[str, Any]) -> None:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    call["responses"].pop("422", None)
    call["responses"]["default"] = {"description": "What went wrong, in plain words", "content": content}


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    kind = parameter.get("schema", {})
    options = [option for option in kind.get("anyOf", [kind]) if option.get("type") != "null"]
    first = options[0] if options else {}
    words = " | ".join(map(str, first["enum"])) if "enum" in first else first.get("type", "")
    return {
        "name": parameter["name"],
        "kind": words,
        "default": kind.get("default"),
        "required": parameter.get("required", False),
        "description": parameter.get("description", ""),
    }


def _answer(whole: dict[str, Any], responses: dict[str, Any]) -> str:
    for status in sorted(responses):
        if status.startswith("2"):
            return _example(whole, responses[status])
    return ""


def _example(whole: dict[str, Any], holder: dict[str, Any]) -> str:
    """The shape of a JSON body as indented text, "" when there is none."""
    definition = holder.get("content", {}).get("application/json", {}).get("schema")
    return json.dumps(_shape(whole, definition, 0), indent=2, ensure_ascii=False) if definition else ""


def _shape(whole: dict[str, Any], definition: dict[str, Any], depth: int) -> Any:
    if depth > MAX_DEPTH:
        return "…"
    if "$ref" in definition:
        name = definition["$ref"].rsplit("/", 1)[1]
        return _shape(whole, whole["components"]["schemas"][name], depth + 1)
    if "anyOf" in definition:
        return " or ".join(str(_shape(whole, part, depth + 1)) for part in definition["anyOf"])
    if "enum" in definition:
        return " | ".join(map(str, definition["enum"]))
    if definition.get("type") == "array":
        return [_shape(whole, definition.get("items", {}), depth + 1)]
    if "properties" in definition:
        return {name: _told(_shape(whole, part, depth + 1), part) for name, part in definition["properties"].items()}
    return definition.get("const", definition.get("type", "any"))


def _told(shape: Any, field: dict[str, Any]) -> Any:
    """A plain value's kind, with what the field means."""
    return f"{shape}: {field['description']}" if isinstance(shape, str) and "description" in field else shape
