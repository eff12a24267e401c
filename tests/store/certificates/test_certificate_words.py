# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate as a person reads of it."""

from pathlib import Path

from store.base.helper_statuses import CertificateFault, CertificateStatus
from store.certificates import certificate_words

HOME = CertificateStatus(
    source="home", certificate="/s/tls/home.pem", names=("telltale.home.arpa",), addresses=("10.0.0.1",),
    until=1_830_000_000, fingerprint="ab01", authority_until=2_000_000_000,
    faults=(CertificateFault("x", False, "It limps.", "Rest."),),
)  # fmt: skip


def test_it_says_what_it_is_whose_and_until_when() -> None:
    lines = certificate_words.sentences(HOME, Path("/s"))
    assert "made for this home" in lines[0] and "2027-12-2" in lines[0]
    assert lines[1:3] == ["Names: telltale.home.arpa, 10.0.0.1", "Fingerprint (SHA-256): AB:01"]
    assert "/s/tls/ca.pem" in lines[4] and lines[5] == "It limps. Rest."


def test_it_says_how_to_come_to_one() -> None:
    assert "telltale certificate make" in certificate_words.sentences(CertificateStatus(), Path("/s"))[1]
    theirs = CertificateStatus(source="files", issuer="R3", until=1_830_000_000)
    assert certificate_words.headline(theirs).startswith("The certificate is of R3")
