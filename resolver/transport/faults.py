# SPDX-License-Identifier: GPL-3.0-or-later
"""Why an upstream could not be reached, in sentences for people; "It" is the server."""

from __future__ import annotations

import errno
import ssl
import time

from store.base.sentences import Sentence, say

# X509_V_ERR_… of OpenSSL's x509_vfy.h
_NOT_YET, _EXPIRED = 9, 10
_UNTRUSTED = frozenset({2, 18, 19, 20, 21})
_OTHER_NAME = frozenset({62, 64})  # of a host, of an address
_WEAK = frozenset({66, 67, 68})
_NO_WAY = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.ENETDOWN})
_OLD = frozenset({"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "WRONG_SSL_VERSION", "DH_KEY_TOO_SMALL",
                  "TLSV1_ALERT_INSUFFICIENT_SECURITY", "UNSAFE_LEGACY_RENEGOTIATION_DISABLED"})  # fmt: skip
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "UNEXPECTED_MESSAGE",
                     "PACKET_LENGTH_TOO_LONG", "BAD_RECORD_TYPE", "INVALID_ALERT", "RECORD_LAYER_FAILURE"})  # fmt: skip


def silent() -> Sentence:
    return say("It does not answer: nothing came within some seconds. A firewall may be between, or the address be "
               "wrong.")  # fmt: skip


def hung_up() -> Sentence:
    return say("It hung up before it answered anything.")


def untrusted() -> Sentence:
    return say("Nobody whom this machine trusts vouches for its certificate. A private authority belongs into "
               "SSL_CERT_FILE; else somebody may be standing between.")  # fmt: skip


def no_dns(what: str) -> Sentence:
    return say("What it answers is no DNS: {what}.", what=what)


def no_http2() -> Sentence:
    return say("It does not speak HTTP/2, which DNS over HTTPS needs here.")


def http_status(status: str) -> Sentence:
    return say("It answers with HTTP {status} instead of DNS: the path may be wrong, or it wants to know who asks.",
               status=status)  # fmt: skip


def fault_of(error: BaseException, name: str = "") -> str:
    """What to tell of an error while connecting to a server that must be `name`."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate(error, name)
    if isinstance(error, ssl.SSLError):
        return _tls(error)
    if isinstance(error, TimeoutError):
        return silent()
    if isinstance(error, ConnectionRefusedError):
        return say("It refuses the connection: nothing listens at that port.")
    if isinstance(error, ConnectionError):
        return hung_up()
    if isinstance(error, OSError) and error.errno in _NO_WAY:
        return say("There is no way to it from this machine.")
    return error.args[0] if error.args and isinstance(error.args[0], Sentence) else str(error)


def _certificate(error: ssl.SSLCertVerificationError, name: str) -> Sentence:
    today, code = time.strftime("%Y-%m-%d"), error.verify_code
    if code == _NOT_YET:
        return say("Its certificate is not valid yet by this machine’s clock, which says {today}: set the clock.",
                   today=today)  # fmt: skip
    if code == _EXPIRED:
        return say("Its certificate has run out, or this machine’s clock is wrong: it says {today}.", today=today)
    if code in _OTHER_NAME:
        return say("Its certificate is for other names than {name}: it is another server, or a network’s log-in page "
                   "stands before it.", name=name)  # fmt: skip
    if code in _UNTRUSTED:
        return untrusted()
    if code in _WEAK:
        return say("Its certificate is too weak to be trusted.")
    return say("Its certificate is not accepted: {why}.", why=error.verify_message)


def _tls(error: ssl.SSLError) -> Sentence:
    reason = error.reason or ""
    if reason in _OLD:
        return say("It speaks only an old TLS, which is no longer safe.")
    if reason in _NO_TLS:
        return say("It speaks no TLS at that port.")
    if "NO_APPLICATION_PROTOCOL" in reason:
        return no_http2()
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return hung_up()
    return say("TLS with it failed: {why}.", why=reason.replace("_", " ").lower() or str(error))
