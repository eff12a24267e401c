# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that devices fetch to set themselves up: Apple's profiles, and the authority of the home.

Nothing of it is secret: a device's word stands in the address that is asked for, and nothing is looked up by it. So
they are for everybody at home, as a phone that scans a code is not logged in.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from network import address_flags
from store.base import status
from store.base.languages import tell
from store.base.sentences import say
from store.certificates import certificate_files, certificate_names, certificate_state, home_certificate
from store.certificates.certificate_errors import CertificateError
from webui.http import permissions
from webui.http.deps import WebUi
from webui.http.language import language
from webui.http.problems import Problem
from webui.http.state import WebUi as Ui
from webui.private_dns import apple_profile
from webui.private_dns.apple_profile import ProfileWanted, Protocol
from webui.private_dns.where_served import WhereServed, where_served

router = APIRouter(dependencies=[permissions.everybody])

AUTHORITY = "/certificate/authority.crt"
WORD = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")  # a label, as a device's word is


def now_served(ui: Ui) -> WhereServed:
    """How it is served just now."""
    certificate = certificate_state.current(ui.state, ui.run, ui.settings(), time.time())
    return where_served(certificate, bound(ui))


def bound(ui: Ui) -> Mapping[str, Iterable[str]]:
    """Endpoints by dot, https, doq, as the process that serves them says; nothing while it does not."""
    encrypted = status.read_live(ui.run).encrypted
    return encrypted.bound if encrypted is not None and encrypted.serving else {}


Word = Annotated[str, Query(max_length=63, description="the device's own word")]
Where = Annotated[Literal["away", "everywhere"], Query(description="away: it rests in the home's network")]


@router.get("/apple/doh.mobileconfig")
def over_https(request: Request, ui: WebUi, device: Word = "", at: Where = "everywhere") -> Response:
    return _profile(request, ui, "doh", device, at)


@router.get("/apple/dot.mobileconfig")
def over_tls(request: Request, ui: WebUi, device: Word = "", at: Where = "everywhere") -> Response:
    return _profile(request, ui, "dot", device, at)


def _profile(request: Request, ui: Ui, kind: str, device: str, at: str) -> Response:
    """A profile for DNS over HTTPS or TLS."""
    if device and not WORD.fullmatch(device):
        raise Problem(422, say("“{word}” is no word of a device.", word=device))
    served = now_served(ui)
    server = served.https_url(device) if kind == "doh" else served.tls_name(device)
    if not server:
        raise Problem(422, _not_served(served, kind, device))
    own = _own_addresses()
    data = apple_profile.profile(ProfileWanted(
        Protocol.HTTPS if kind == "doh" else Protocol.TLS, server, f"Telltale ({served.name})",
        tell(say("Has this device ask the DNS of your home, encrypted."), language(request)),
        () if served.outside else own, at == "away", own,
    ))  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="telltale-{kind}.mobileconfig"'}
    return Response(_signed(ui, data), media_type=apple_profile.MEDIA_TYPE, headers=headers)


@router.get(AUTHORITY)
def authority(ui: WebUi) -> Response:
    """The certificate of the home's authority, which devices are told to trust; never its key."""
    try:
        data = certificate_files.read(certificate_files.folder(ui.state) / certificate_files.CA)
    except CertificateError:
        raise Problem(422, say("There is no authority of this home: no certificate was made here.")) from None
    headers = {"Content-Disposition": 'attachment; filename="telltale-home.crt"'}
    return Response(data, media_type="application/x-x509-ca-cert", headers=headers)


def _own_addresses() -> list[str]:
    """This machine's in the home, loopback left out."""
    own = certificate_names.addresses(address_flags.own())
    return [address for address in own if not ip_address(address).is_loopback]


def _signed(ui: Ui, data: bytes) -> bytes:
    """Signed with the certificate in force, so that a device shows whose it is; as it is where that cannot be done."""
    files = certificate_files.in_force(ui.state, ui.settings())
    if files is None:
        return data
    try:
        certificate, key = certificate_files.read(files.certificate), certificate_files.read(files.key)
        signed: bytes = home_certificate.library("signing").sign(data, certificate, key)
    except (CertificateError, ValueError):
        return data
    return signed


def _not_served(served: WhereServed, kind: str, device: str) -> str:
    if device and kind == "dot" and "dot" in served.ports:
        return say("The certificate holds no names below {name}, so a device has none of its own over TLS; use HTTPS.",
                   name=served.name)  # fmt: skip
    return say("That is not served here yet: look at the page Encrypted DNS.")
