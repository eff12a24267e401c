# SPDX-License-Identifier: GPL-3.0-or-later
"""What /settings/encrypted shows beside its settings: the certificate, what devices must trust, how each is set up."""

from __future__ import annotations

import time
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from network import own_addresses
from store.base.helper_statuses import CertificateStatus
from store.base.sentences import say
from store.certificates import certificate_state, certificate_words
from store.certificates.certificate_words import grouped
from store.config.engine import Engine
from webui.accounts import qr_code
from webui.http.state import WebUi
from webui.private_dns.profiles_page import AUTHORITY, now_served
from webui.private_dns.where_served import WhereServed


@dataclass(frozen=True, slots=True)
class Door:
    """A kind of encrypted DNS, and whether it is served."""

    title: str
    port: int | None
    about: str


def values(ui: WebUi, engine: Engine) -> dict[str, Any]:
    stands = certificate_state.current(ui.state, ui.run, ui.settings(), time.time())
    served = now_served(ui)
    return {
        "lead": certificate_words.headline(stands), "certificate": stands, "served": served, "doors": doors(served),
        "fingerprint": grouped(stands.fingerprint), "authority_fingerprint": grouped(stands.authority_fingerprint),
        "authority": AUTHORITY, "begins": bool(stands.usable and not served.ports),
        "authority_code": lambda base_url: qr_code.svg(reached(base_url, AUTHORITY)),
        "source_words": source_words(stands), "own_address": str(own_addresses.way_out() or "127.0.0.1"),
    }  # fmt: skip


def doors(served: WhereServed) -> list[Door]:
    return [
        Door(say("DNS over TLS"), served.ports.get("dot"), say("Android, routers, Linux")),
        Door(say("DNS over HTTPS"), served.ports.get("https"), say("iPhone, Mac, Windows, browsers")),
        Door(say("DNS over QUIC"), served.ports.get("doq"), say("apps for it")),
    ]


def source_words(stands: CertificateStatus) -> str:
    words = {
        "home": say("made here"), "own": say("brought, and kept here"), "files": say("read where it lies, and watched"),
    }  # fmt: skip
    return words.get(stands.source, "")


def reached(base_url: str, path: str) -> str:
    """An address of ours for a phone to scan, at `path`: as this browser reached us, but never loopback."""
    base = urlsplit(base_url)
    host = base.hostname or ""
    if host == "localhost" or (_is_address(host) and ip_address(host).is_loopback):
        own = own_addresses.way_out()
        host = str(own) if own is not None else host
    shown = f"[{host}]" if ":" in host else host
    return f"{base.scheme}://{shown}{f':{base.port}' if base.port else ''}{path}"


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
