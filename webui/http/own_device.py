# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose device a request without log-in comes from: told by the address at the other end of the connection alone.

No header says who somebody is: Host, X-Forwarded-For and the like are whatever a client writes. Where many devices
share one address (a router that hides the home, a proxy on this machine), nothing of any of them is shown.

What such a request changes is guarded against other web sites: our Host name is checked before any route, an Origin has
to be ours (`webui.http.auth`), what a browser says of where it comes from has to be this site, and a plain form carries
a token that only a page of this address has.
"""

from __future__ import annotations

import hmac
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_network

from fastapi import Request

from network import neighbours, routes
from store.base import secret
from store.base.sentences import say
from store.config.choices import Role
from store.household.whose import whose
from webui.http.auth import CSRF_FIELD, CSRF_HEADER, Caller, is_form
from webui.http.deps import Config, WebUi
from webui.http.problems import Problem
from webui.http.state import WebUi as State
from wire.addresses import Address, parse

TOKEN_SECONDS = 12 * 3600  # for which a page that stays open can be used; it is shown anew after each tap
# Written by whatever passes requests on.
_PROXIES = (b"forwarded", b"x-forwarded-for", b"x-real-ip", b"via")
CHOSEN = "telltale-device"  # the cookie with the device that was looked at last
UNKNOWN = say("Telltale does not know this device yet: no DNS query has come from its address.")
SHARED = say("Several devices come from this address, so Telltale can not tell which of them this is.")


@dataclass(frozen=True, slots=True)
class OwnDevice:
    """`id` None: not known, and `why` says why not. `address`: without zone, IPv4 as IPv4."""

    id: int | None
    address: str
    why: str = ""


def own_device(request: Request, ui: WebUi, config: Config) -> OwnDevice:
    """Dependency of every route of one's own device: who asks, within its share of requests, and from our own page."""
    device = _given(request, config) or find(request, ui, config)
    throttle = ui.own_reads if request.method in ("GET", "HEAD") else ui.own_writes
    wait = throttle.take(device.address if device.id is None else f"device {device.id}")
    if wait > 0:
        seconds = math.ceil(wait)
        detail = say("Too many tries; wait {seconds} seconds and try again.", seconds=seconds)
        raise Problem(429, detail, {"Retry-After": str(seconds)})
    return device


def _given(request: Request, config: Config) -> OwnDevice | None:
    """Of somebody who sees their own devices alone: the one that the page is about. None for anybody else.

    It is named by the token of the form, by `?device=ID`, or by the cookie that remembers the last one; else it is
    their first.
    """
    if whose_own(request) is None:
        return None
    theirs, address = devices_of(request, config), str(address_of(request) or "")
    named = getattr(request.state, "form_device", None) or request.query_params.get("device")
    if named is not None and named not in map(str, theirs):
        raise Problem(403, say("This is none of your devices."))
    remembered = request.cookies.get(CHOSEN, "")
    wanted = named or (remembered if remembered in [str(number) for number in theirs] else "")
    if not theirs:
        return OwnDevice(None, address, say("None of your devices is known any more; an admin can give you others."))
    return OwnDevice(int(wanted) if wanted else theirs[0], address)


async def from_own_page(request: Request, ui: WebUi) -> None:
    """Dependency of what changes something: a 403 problem where another web site may have sent it."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    if site not in ("same-origin", "none"):
        raise _foreign()
    if is_form(request):
        given = request.headers.get(CSRF_HEADER) or (await request.form()).get(CSRF_FIELD, "")
        number, dot, mark = given.partition(".") if isinstance(given, str) else ("", "", "")
        request.state.form_device = number if dot else None
        if not _is_token(ui, _whose(request, number if dot else ""), mark if dot else number):
            raise Problem(403, say("The security token of this page is missing or old: reload the page and try again."))
    elif (length := request.headers.get("content-length", "0")) != "0" and not _is_json(request):
        raise Problem(415, say("Send the body as application/json ({length} bytes came as something else).",
                               length=length[:20]))  # fmt: skip


def find(request: Request, ui: State, config: Config) -> OwnDevice:
    """The device at the other end of the connection."""
    address = address_of(request)
    if address is None:
        return OwnDevice(None, "", UNKNOWN)
    behind_router = str(address) == routes.router() or _is_in(address, ui.settings().trusted_routers)
    if behind_router or (address.is_loopback and came_through_proxy(request)):
        return OwnDevice(None, str(address), SHARED)
    device_id = whose(config, str(address), _mac_of(request, ui, address))
    return OwnDevice(device_id, str(address), "" if device_id is not None else UNKNOWN)


def address_of(request: Request) -> Address | None:
    """Where the connection comes from, without its zone; None where it comes from no address."""
    try:
        return parse(request.client.host) if request.client else None
    except ValueError:
        return None


def token_for(ui: State, request: Request, device: OwnDevice | None = None) -> str:
    """What a form of one's own page carries: it holds for this address alone, or for this log-in and the device that
    the page is about; for some hours."""
    mine = whose_own(request)
    number = str(device.id) if mine and device is not None and device.id is not None else ""
    token = _token(ui, _whose(request, number), int(time.time()) // TOKEN_SECONDS)
    return f"{number}.{token}" if number else token


def devices_of(request: Request, config: Config) -> list[int]:
    """The devices of somebody who sees their own alone; none of anybody else."""
    mine = whose_own(request)
    rows = config.execute("SELECT device_id FROM account_device WHERE account_id = ? ORDER BY 1", (mine,))
    return [row[0] for row in rows] if mine is not None else []


def whose_own(request: Request) -> int | None:
    """The account of somebody who sees their own devices alone, None for anybody else."""
    caller: Caller | None = getattr(request.state, "caller", None)
    own = caller is not None and caller.kind == "session" and caller.scope == Role.OWN
    return caller.account_id if caller is not None and own else None


def _whose(request: Request, device: str) -> str:
    """For whom a token holds."""
    caller: Caller | None = getattr(request.state, "caller", None)
    return f"{caller.session} {device}" if caller is not None and device else str(address_of(request))


def _is_token(ui: State, whose: str, given: str) -> bool:
    now = int(time.time()) // TOKEN_SECONDS
    return any(hmac.compare_digest(given.encode(), _token(ui, whose, at).encode()) for at in (now, now - 1))


def _token(ui: State, whose: str, at: int) -> str:
    return secret.derive(ui.state, f"own device {whose} {at}").hex()[:32]


def _mac_of(request: Request, ui: State, address: Address) -> str | None:
    """The MAC as the kernel has it now; of a link-local address, on the link that it came by."""
    host = request.client.host if request.client else ""
    zone = host.partition("%")[2]
    if zone and address.is_link_local:
        return neighbours.mac_on(address, zone)
    return None if address.is_loopback else ui.neighbours.mac_of(address, time.monotonic(), fresh=True)


def _is_in(address: Address, networks: Iterable[str]) -> bool:
    """Whether a router that asks for others may be there."""
    return any(address in ip_network(text, strict=False) for text in networks)


def came_through_proxy(request: Request) -> bool:
    """Whether headers say that somebody else asked than the address from which it came."""
    return any(name in _PROXIES for name, _ in request.scope["headers"])


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def _foreign() -> Problem:
    return Problem(403, say("Another web site sent this; nothing was changed."))
