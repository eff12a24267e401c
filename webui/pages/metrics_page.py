# SPDX-License-Identifier: GPL-3.0-or-later
"""`GET /metrics`: numbers for Prometheus; for a token, a browser that is logged in, or networks of a setting."""

from __future__ import annotations

import ipaddress
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from fastapi import APIRouter, Request, Response

from store.base.sentences import say
from store.config import list_status
from webui.http import permissions
from webui.http.deps import Config, WebUi
from webui.http.own_device import came_through_proxy
from webui.http.problems import Problem
from webui.http.state import VERSION
from webui.numbers import metrics_text
from webui.numbers.home_metrics import Kept, families

router = APIRouter(dependencies=[permissions.everybody])

FILES = ("config.db", "querylog.db", "evidence.db", "chain.db", "bypass.db", "idle_tests.db", "index/current.idx")


@router.get("/metrics", response_class=Response)
def metrics(request: Request, ui: WebUi, config: Config) -> Response:
    """Reads what processes say of themselves and some counts of config.db: the log is neither opened nor written."""
    check_caller(request, ui.settings().metrics_networks)
    text = metrics_text.render(families(VERSION, ui.statuses(), ui.health(), _kept(ui.state, config)))
    return Response(text, media_type=metrics_text.CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def check_caller(request: Request, networks: Iterable[str]) -> None:
    """Raise Problem for one who is neither known nor in one of the networks."""
    if request.state.caller is not None:
        return
    address = request.client.host if request.client else ""
    if came_through_proxy(request) or not _is_in(address, networks):  # whoever asked, it was not the proxy
        raise Problem(401, say(
            "Metrics are for a token (Authorization: Bearer …), or for addresses of the setting metrics_networks."
        ), {"WWW-Authenticate": "Bearer"})  # fmt: skip


def _is_in(text: str, networks: Iterable[str]) -> bool:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in ipaddress.ip_network(network, strict=False) for network in networks)


def _kept(state: Path, config: sqlite3.Connection) -> Kept:
    installed = list_status.installed(config)
    failing = sum(bool(each.on and each.status.error) for each in installed)
    on = sum(bool(each.on) for each in installed)
    sizes = {}
    for name in FILES:
        try:
            sizes[name] = (state / name).stat().st_size
        except OSError:
            continue
    devices = config.execute("SELECT count(*) FROM device").fetchone()[0]
    return Kept(devices, {"on": on - failing, "off": len(installed) - on, "failing": failing}, sizes)
