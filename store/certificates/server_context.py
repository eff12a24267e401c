# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server speaks TLS with: TLS 1.2 or newer, no renegotiation, no compression, forward secrecy alone.

Needs no library beyond Python's own, so it may be called where memory counts.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence

from store.base.sentences import Sentence, say
from store.certificates import certificate_files, pem
from store.certificates.certificate_errors import CertificateError
from store.certificates.certificate_files import ServerFiles

# OpenSSL's words for a key of another certificate; the last where it is of another kind, too.
_OTHERS_KEY = ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH", "NO_CERTIFICATE_ASSIGNED")
# Of TLS 1.2; those of 1.3 are all good, and chosen by OpenSSL.
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"


def server_context(files: ServerFiles, alpn: Sequence[str] = ()) -> ssl.SSLContext:
    """A context with this certificate; `alpn`: the protocols that are spoken, the best first ("dot", or "h2", …).

    Raises CertificateError with a plain sentence where it cannot be used. Whether clients trust it, and until when it
    is valid, is not looked at: `certificate_faults` does.
    """
    pem.certificates(certificate_files.read(files.certificate))
    pem.private_key(certificate_files.read(files.key))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_ciphers(CIPHERS)
    context.num_tickets = 1  # one is enough to come back with, and a handshake is shorter
    if alpn:
        context.set_alpn_protocols(list(alpn))
    try:
        context.load_cert_chain(files.certificate, files.key, password=_nobody)
    except (ssl.SSLError, OSError) as error:
        raise CertificateError(_why(error)) from None
    return context


def _nobody() -> str:
    """Instead of a question on the terminal, which would wait for ever."""
    return ""


def _why(error: OSError) -> Sentence:
    reason = str(getattr(error, "reason", "") or "")
    if reason in _OTHERS_KEY:
        return say("The key does not fit the certificate: they were made for different pairs.")
    if reason in ("EE_KEY_TOO_SMALL", "CA_KEY_TOO_SMALL", "CA_MD_TOO_WEAK", "KEY_TOO_SMALL"):
        return say("The certificate's key is too weak for clients of today; make one with EC P-256 or RSA 2048.")
    return say("The certificate cannot be used ({why}).", why=reason or error.strerror or str(error))
