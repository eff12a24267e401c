# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale certificate`: what encrypted DNS and the pages over HTTPS are served with."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.errors import Complaint
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from store.base import languages, status
from store.base.helper_statuses import CertificateStatus
from store.base.sentences import sentence_of
from store.certificates import certificate_files, certificate_state, certificate_words
from store.certificates.certificate_errors import CertificateError
from store.config import usable_settings

if TYPE_CHECKING:
    from store.certificates.certificate_edit import CertificatePlace

app = typer.Typer(help="The certificate for encrypted DNS and for the pages over HTTPS.", rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def certificate(context: typer.Context, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """The certificate for encrypted DNS and HTTPS; without a command, what it is."""
    if not cli_context.alone(context, state):
        return
    folder = cli_context.config(state)
    stands = certificate_state.look(folder, usable_settings.load(folder, os.environ), time.time())
    _shown(stands, folder, json)


@app.command()
def make(
    new_authority: Annotated[bool, typer.Option("--new-authority", help="With a new authority, too, which every device "
                                                "must be told to trust again.")] = False,
    state: cli_context.State = None,
    json: cli_context.Json = False,
) -> None:
    """Make one for this home, signed by an authority of its own; it is made anew by itself before it ends."""
    e = cli_context.engine(state)
    place = _place(state)
    from store.certificates import certificate_edit

    _shown(_plainly(lambda: certificate_edit.make(e, place, new_authority=new_authority)), place.state, json)


@app.command()
def use(
    certificate: Annotated[Path, typer.Argument(help="The certificate with its chain (PEM): certbot's fullchain.pem.")],
    key: Annotated[Path, typer.Argument(help="Its key, in PEM and without a passphrase: certbot's privkey.pem.")],
    copy: Annotated[bool, typer.Option("--copy", help="Keep a copy instead of reading the files where they lie: for "
                                       "those that Telltale's user may not read.")] = False,
    state: cli_context.State = None,
    json: cli_context.Json = False,
) -> None:
    """Use a certificate of somebody else, such as Let's Encrypt; files that change are taken up by themselves."""
    paths = [Path(os.path.abspath(path)) for path in (certificate, key)]  # noqa: PTH100 - links stay links
    texts = [_plainly(lambda path=path: certificate_files.read(path)) for path in paths] if copy else []  # type: ignore[misc]
    e = cli_context.engine(state)  # from here on as Telltale's own user
    place = _place(state)
    from store.certificates import certificate_edit

    if copy:
        return _shown(_plainly(lambda: certificate_edit.use_copy(e, place, *texts)), place.state, json)
    return _shown(_plainly(lambda: certificate_edit.use_files(e, place, *paths)), place.state, json)


def _place(state: str | None) -> "CertificatePlace":
    from store.certificates.certificate_edit import CertificatePlace

    folder = cli_context.config(state)
    return CertificatePlace(folder, status.find_run_dir(folder), os.environ)


def _plainly(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except CertificateError as error:
        raise Complaint(sentence_of(error)) from None


def _shown(stands: CertificateStatus, state: Path, json: bool) -> None:
    if json:
        return printing.as_json({
            "source": stands.source, "server_name": stands.server_name, "names": stands.names,
            "addresses": stands.addresses, "from": stands.begin, "until": stands.until, "issuer": stands.issuer,
            "key": stands.key_kind, "fingerprint": stands.fingerprint, "certificate": stands.certificate,
            "authority": str(certificate_files.folder(state) / certificate_files.CA) if stands.source == "home" else "",
            "authority_fingerprint": stands.authority_fingerprint,
            "faults": [{"id": fault.id, "bad": fault.bad, "sentence": languages.tell_here(fault.sentence),
                        "cure": languages.tell_here(fault.cure)} for fault in stands.faults],
        })  # fmt: skip
    for sentence in certificate_words.sentences(stands, state):
        printing.tell(sentence)
    return None
