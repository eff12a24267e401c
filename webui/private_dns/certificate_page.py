# SPDX-License-Identifier: GPL-3.0-or-later
"""The forms about the certificate: make one, bring one, name files. What is refused stands at its field."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from store.base.sentences import sentence_of
from store.certificates import certificate_edit
from store.certificates.certificate_edit import CertificatePlace
from store.certificates.certificate_errors import CertificateError
from store.config.edit import EditError
from webui.http import permissions
from webui.http.deps import Engine, WebUi
from webui.http.state import WebUi as Ui
from webui.pages.templating import back_to

router = APIRouter(prefix="/settings/encrypted", dependencies=[permissions.admins])

MAX_PEM = 65_536  # characters of a chain and a key: some ten thousand
Text = Annotated[str, Form(max_length=MAX_PEM)]
Tick = Annotated[bool, Form()]
DONE = "/settings/encrypted?notice=certificate#certificate"


def place(ui: Ui) -> CertificatePlace:
    return CertificatePlace(ui.state, ui.run, ui.environ)


def refused(error: CertificateError) -> EditError:
    """What a form or a program is told."""
    return EditError(sentence_of(error), error.about)


@router.post("/make")
def make(ui: WebUi, engine: Engine, new_authority: Tick = False) -> Response:
    try:
        certificate_edit.make(engine, place(ui), new_authority=new_authority)
    except CertificateError as error:
        raise refused(error) from None
    ui.forget_settings()
    return back_to(DONE)


@router.post("/files")
def files(ui: WebUi, engine: Engine, certificate: Text = "", key: Text = "") -> Response:
    """Read the certificate where it lies; without a key's file, it stands in the same."""
    try:
        certificate_edit.use_files(engine, place(ui), Path(certificate.strip()), Path((key or certificate).strip()))
    except CertificateError as error:
        raise refused(error) from None
    ui.forget_settings()
    return back_to(DONE)


@router.post("/copy")
def copy(ui: WebUi, engine: Engine, certificate: Text = "", key: Text = "") -> Response:
    """Keep what was pasted; a key may stand in the same text."""
    try:
        texts = (certificate.encode(), (key or certificate).encode())
        certificate_edit.use_copy(engine, place(ui), *texts)
    except CertificateError as error:
        raise refused(error) from None
    ui.forget_settings()
    return back_to(DONE)
