# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate over the API: what it is, make one, bring one, name files."""

from __future__ import annotations

import time
from pathlib import Path

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from store.base.helper_statuses import CertificateStatus
from store.base.languages import tell
from store.base.sentences import say
from store.certificates import certificate_edit, certificate_state
from store.certificates.certificate_errors import CertificateError
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Engine, WebUi
from webui.http.language import language
from webui.http.problems import Problem
from webui.private_dns.certificate_page import MAX_PEM, place, refused

router = APIRouter(prefix="/certificate", tags=["certificate"], dependencies=[permissions.sees])


class Fault(BaseModel):
    id: str
    bad: bool = Field(description="no client takes the certificate; else a warning")
    sentence: str
    cure: str


class Certificate(BaseModel):
    source: str = Field(description="`home`: made here; `own`: brought; `files`: read where they lie; empty: none")
    server_name: str = Field(description="under which clients reach encrypted DNS")
    names: list[str]
    addresses: list[str]
    issuer: str
    begin: str | None = Field(serialization_alias="from")
    until: str | None
    key: str = Field(description="its kind, such as EC P-256")
    fingerprint: str = Field(description="SHA-256, in hexadecimal")
    authority_fingerprint: str = Field(description="of the home's own authority, which devices must trust")
    faults: list[Fault]


class Making(shapes.Body):
    new_authority: bool = Field(default=False, description="every device must be told to trust it again")


class Brought(shapes.Body):
    """Either both texts in PEM, which are kept, or the files' paths on this machine, which are read and watched."""

    certificate: str = Field(default="", max_length=MAX_PEM, description="with its chain, in PEM")
    key: str = Field(default="", max_length=MAX_PEM, description="in PEM; empty: it stands in the same text")
    certificate_file: str = Field(default="", max_length=1000)
    key_file: str = Field(default="", max_length=1000, description="empty: it stands in the same file")


@router.get("")
def show(request: Request, ui: WebUi) -> Certificate:
    return _shown(request, certificate_state.current(ui.state, ui.run, ui.settings(), time.time()))


@router.post("/make")
def make(request: Request, body: Making, ui: WebUi, engine: Engine) -> Certificate:
    try:
        stands = certificate_edit.make(engine, place(ui), new_authority=body.new_authority)
    except CertificateError as error:
        raise refused(error) from None
    ui.forget_settings()
    return _shown(request, stands)


@router.post("/use")
def use(request: Request, body: Brought, ui: WebUi, engine: Engine) -> Certificate:
    if bool(body.certificate) == bool(body.certificate_file):
        raise Problem(422, say("Give either the certificate's text or its file."))
    try:
        if body.certificate:
            texts = (body.certificate.encode(), (body.key or body.certificate).encode())
            stands = certificate_edit.use_copy(engine, place(ui), *texts)
        else:
            paths = (Path(body.certificate_file), Path(body.key_file or body.certificate_file))
            stands = certificate_edit.use_files(engine, place(ui), *paths)
    except CertificateError as error:
        raise refused(error) from None
    ui.forget_settings()
    return _shown(request, stands)


def _shown(request: Request, stands: CertificateStatus) -> Certificate:
    tongue = language(request)
    faults = [
        Fault(id=fault.id, bad=fault.bad, sentence=tell(fault.sentence, tongue), cure=tell(fault.cure, tongue))
        for fault in stands.faults
    ]
    return Certificate(
        source=stands.source, server_name=stands.server_name, names=list(stands.names),
        addresses=list(stands.addresses), issuer=stands.issuer, begin=_time(stands.begin), until=_time(stands.until),
        key=stands.key_kind, fingerprint=stands.fingerprint, authority_fingerprint=stands.authority_fingerprint,
        faults=faults,
    )  # fmt: skip


def _time(seconds: int) -> str | None:
    return shapes.iso_of_seconds(seconds) if seconds else None
