# SPDX-License-Identifier: GPL-3.0-or-later
"""A file that is signed is whole within its signature, and OpenSSL finds it signed by whom it should be."""

import shutil
import subprocess
from pathlib import Path

import pytest
from made_certificates import made

from store.certificates import signing
from store.certificates.certificate_errors import CertificateError

ROOT = made("Root", authority=True, days=900, kind="other")
SERVER = made(signed_by=ROOT)
DATA = b"<?xml version='1.0'?>\n<plist>\n</plist>\n"


def test_the_data_stands_in_it_as_it_is() -> None:
    signed = signing.sign(DATA, SERVER.pem + ROOT.pem, SERVER.key)
    assert signed[0] == 0x30 and DATA in signed


@pytest.mark.process
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is missing")
@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_openssl_verifies_it(tmp_path: Path, kind: str) -> None:
    server = made(signed_by=ROOT, kind=kind)
    (tmp_path / "root.pem").write_bytes(ROOT.pem)
    (tmp_path / "signed").write_bytes(signing.sign(DATA, server.pem, server.key))
    command = ["openssl", "cms", "-verify", "-inform", "DER", "-in", "signed", "-CAfile", "root.pem", "-purpose", "any",
               "-no_check_time"]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0 and done.stdout == DATA, done.stderr


def test_a_damaged_key_is_told() -> None:
    with pytest.raises(CertificateError):
        signing.sign(DATA, SERVER.pem, b"no key")
