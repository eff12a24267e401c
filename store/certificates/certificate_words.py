# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate in sentences, as the command line and the pages say it. Pure."""

from __future__ import annotations

import time
from pathlib import Path

from store.base.helper_statuses import CertificateStatus
from store.base.sentences import say, together
from store.certificates import certificate_files
from store.certificates.certificate_files import Source


def headline(stands: CertificateStatus) -> str:
    """What it is, in one sentence."""
    if not stands.source:
        return say("There is no certificate yet, so DNS is not served encrypted.")
    date = day(stands.until)
    if not stands.until:
        return say("There is a certificate, which could not be looked at.")
    if stands.source == Source.HOME:
        return say("The certificate was made for this home, is good until {date}, and made anew by itself.", date=date)
    return say("The certificate is of {issuer}, and good until {date}.", issuer=stands.issuer, date=date)


def sentences(stands: CertificateStatus, state: Path) -> list[str]:
    """All of it, a line each."""
    lines: list[str] = [headline(stands)]
    if not stands.source:
        make, use = "telltale certificate make", "telltale certificate use"
        lines.append(say("`{make}` makes one for this home, `{use}` takes yours.", make=make, use=use))
    if stands.names or stands.addresses:
        lines.append(say("Names: {names}", names=", ".join((*stands.names, *stands.addresses))))
    if stands.fingerprint:
        lines.append(say("Fingerprint (SHA-256): {fingerprint}", fingerprint=grouped(stands.fingerprint)))
    if stands.source:
        lines.append(say("File: {path}", path=stands.certificate))
    if stands.source == Source.HOME:
        path = certificate_files.folder(state) / certificate_files.CA
        lines.append(say("Devices must trust the home’s authority, {path}; good until {date}.", path=path,
                         date=day(stands.authority_until)))  # fmt: skip
    return lines + [together(fault.sentence, fault.cure) if fault.cure else fault.sentence for fault in stands.faults]


def grouped(fingerprint: str) -> str:
    """A fingerprint as systems show it: pairs with colons."""
    return ":".join(fingerprint[at : at + 2] for at in range(0, len(fingerprint), 2)).upper()


def day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds))
