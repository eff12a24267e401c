# SPDX-License-Identifier: GPL-3.0-or-later
"""Before any route: only callers from the home, only under our own names (no DNS rebinding), no endless bodies."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from pathlib import Path

from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from network.home_networks import home_networks, is_at_home
from store.base import status
from store.base.languages import tell
from store.base.sentences import say
from webui.http import large_bodies
from webui.http.language import language
from webui.http.problems import is_api, title_of
from webui.http.state import WebUi

# Under these our own name is ours too; none of them can be registered by anyone.
OWN_SUFFIXES = ("", ".home.arpa", ".lan", ".local", ".internal")


MAX_SHOWN = 80  # of a name that somebody sent
MAX_DIGITS = 18  # of a length that may be one
STRANGER = say("This is for the home network; add yours to the setting allowed_networks to come from there.")


class Access:
    """ASGI middleware that refuses strangers (403), foreign Host names (421) and large bodies (413) in plain words."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.hostname = socket.gethostname().lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            refused = self.judge(scope)
            if refused is not None:
                await _respond(scope, *refused)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def judge(self, scope: Scope) -> tuple[int, str] | None:
        """None, or the status and the sentence of the refusal."""
        ui: WebUi = scope["app"].state.ui
        settings = ui.settings()
        client = scope.get("client")
        if client is None or not is_near(client[0], settings.allowed_networks):
            return 403, STRANGER
        names = own_names(settings.own_name, self.hostname) | frozenset(settings.web_names)
        hosts = [value.decode("latin-1") for key, value in scope["headers"] if key == b"host"]
        if len(hosts) != 1 or not (host_is_ours(hosts[0], names) or host_is_ours(hosts[0], certified_names(ui.run))):
            own = f"http://{settings.own_name}/"
            asked = "".join(char if char.isprintable() else "?" for char in "".join(hosts[:1])[:MAX_SHOWN])
            return 421, say(
                "'{name}' is not one of this appliance's names. Use {own} or its IP address; if the name is yours, as "
                "behind a proxy, add it to the setting web_names (TELLTALE_WEB_NAMES).",
                name=asked, own=own,
            )  # fmt: skip
        return body_is_bounded(scope)


def body_is_bounded(scope: Scope) -> tuple[int, str] | None:
    """None when the length of the body is known (the server holds the client to it) and small, else the refusal."""
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    if b"transfer-encoding" in headers:
        return 411, say("Send the body with its Content-Length.")
    most = large_bodies.most(scope["method"], scope["path"])
    if not length.isdigit() or len(length) > MAX_DIGITS or int(length) > most:
        return 413, say("The body is too large; {most} bytes is the most.", most=most)
    return None


def is_near(address: str, allowed: Iterable[str]) -> bool:
    """Whether `address` is of the home: private, loopback, link-local, or in one of the `allowed` networks (CIDR)."""
    try:
        return is_at_home(address, home_networks(allowed))
    except ValueError:
        return False


def own_names(*names: str) -> frozenset[str]:
    """Every Host name that is ours: localhost, and each of `names` bare and under the home's suffixes."""
    return frozenset({"localhost"} | {name.lower() + suffix for name in names if name for suffix in OWN_SUFFIXES})


def certified_names(run: Path) -> frozenset[str]:
    """The names that the certificate holds, which nobody else can have one for; asked for where no other fits."""
    certificate = status.read_certificate(run)
    names = certificate.names if certificate is not None and certificate.usable else ()
    return frozenset(name.lower() for name in names if not name.startswith("*"))


def host_is_ours(host: str, names: frozenset[str]) -> bool:
    """Whether the Host header (with or without a port) is an IP address or one of `names`."""
    if host.startswith("["):
        name, bracket, port = host[1:].partition("]")
        port = port.removeprefix(":") if port else "0"
        return bool(bracket) and port.isdecimal() and _is_address(name)
    name, colon, port = host.partition(":")
    if colon and not port.isdecimal():
        return False
    return _is_address(name) or name.lower().removesuffix(".") in names


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _respond(scope: Scope, status: int, detail: str) -> Response:
    tag = language(HTTPConnection(scope))
    title, detail = tell(title_of(status), tag), tell(detail, tag)
    if is_api(scope["path"]):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        return JSONResponse(body, status, media_type="application/problem+json")
    return PlainTextResponse(f"{title}: {detail}\n", status)
