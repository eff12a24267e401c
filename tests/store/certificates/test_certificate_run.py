# SPDX-License-Identifier: GPL-3.0-or-later
"""The short process that renews the home's certificate, and says how the one in force stands."""

import os
from pathlib import Path

import pytest
from made_certificates import NOW

from store.base import status
from store.certificates import certificate_run, home_certificate
from store.certificates.certificate_errors import CertificateError
from store.config.known_settings import Settings

LATER = NOW + 300 * 86_400


def test_what_is_due_is_renewed_before_it_is_looked_at(tmp_path: Path) -> None:
    home_certificate.make(tmp_path, Settings(), NOW)
    before = (tmp_path / "tls" / "home.pem").read_bytes()
    found = certificate_run.work(tmp_path, Settings(), LATER)
    assert found.faults == () and found.begin > NOW + 200 * 86_400
    assert (tmp_path / "tls" / "home.pem").read_bytes() != before


def test_one_that_cannot_be_renewed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home_certificate.make(tmp_path, Settings(), NOW)

    def full(*args: object, **more: object) -> None:
        raise CertificateError("The disk is full.")  # type: ignore[arg-type]

    monkeypatch.setattr(home_certificate, "make", full)
    (fault,) = certificate_run.work(tmp_path, Settings(), LATER).faults
    assert (fault.id, fault.bad) == ("renewal", False) and "The disk is full." in fault.sentence


def test_files_of_somebody_else_are_never_touched(tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_bytes(b"theirs")
    chosen = Settings(certificate=str(tmp_path / "c.pem"))
    assert certificate_run.work(tmp_path, chosen, LATER).source == "files"
    assert (tmp_path / "c.pem").read_bytes() == b"theirs" and not (tmp_path / "tls").exists()


def test_its_word_stands_where_health_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "nice", lambda amount: amount)
    options = ["--state", str(tmp_path), "--run", str(tmp_path)]
    assert certificate_run.main(options, {"TELLTALE_CERTIFICATE": "/no.pem"}) == 0
    said = status.read(tmp_path).certificate
    assert said is not None and said.source == "files" and said.faults[0].id == "unreadable"
