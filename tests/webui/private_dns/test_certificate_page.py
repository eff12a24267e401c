# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate is made, brought and named on the page; what is refused stands at its field."""

import time
from pathlib import Path
from typing import Any

import pytest
from made_certificates import made

from store.certificates import home_certificate
from store.certificates.certificate_errors import NoLibrary
from store.config import settings

GOOD = made(begin=time.time() - 60)
PAGE = "/settings/encrypted"


def test_one_is_made_and_the_page_says_what_devices_need(newcomer: Any) -> None:
    assert "no certificate yet" in newcomer.get(PAGE).text
    where = newcomer.form(f"{PAGE}/make").headers["location"]
    page = newcomer.get(where).text
    assert "The certificate holds from now on." in page and "telltale.home.arpa" in page
    assert 'id="trust"' in page and "<svg" in page and "Certificate Trust Settings" in page
    before = (newcomer.home.state / "tls" / "ca.pem").read_bytes()
    newcomer.form(f"{PAGE}/make")
    assert (newcomer.home.state / "tls" / "ca.pem").read_bytes() == before
    newcomer.form(f"{PAGE}/make", new_authority="true")
    assert (newcomer.home.state / "tls" / "ca.pem").read_bytes() != before


def test_one_is_pasted(newcomer: Any) -> None:
    both = (GOOD.pem + GOOD.key).decode()
    assert newcomer.form(f"{PAGE}/copy", certificate=both).status_code == 303
    page = newcomer.get(PAGE).text
    assert "brought, and kept here" in page and "dns.example.net" in page and 'id="trust"' not in page
    assert "PRIVATE KEY-----\n" not in page


def test_files_are_named(newcomer: Any, tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_bytes(GOOD.pem)
    (tmp_path / "k.pem").touch(0o600)
    (tmp_path / "k.pem").write_bytes(GOOD.key)
    newcomer.form(f"{PAGE}/files", certificate=str(tmp_path / "c.pem"), key=str(tmp_path / "k.pem"))
    assert "read where it lies, and watched" in newcomer.get(PAGE).text
    assert settings.load(newcomer.home.state, {}).certificate == str(tmp_path / "c.pem")


@pytest.mark.parametrize(("action", "certificate", "key", "words"), [
    ("copy", "hello", GOOD.key.decode(), "There is no certificate in the file"),
    ("copy", GOOD.pem.decode(), GOOD.pem.decode(), "This is a certificate and no key"),
    ("files", "/no.pem", "/no.key", "/no.pem is not there."),
])  # fmt: skip
def test_what_is_refused_is_said_and_changes_nothing(
    newcomer: Any, action: str, certificate: str, key: str, words: str
) -> None:  # fmt: skip
    answer = newcomer.form(f"{PAGE}/{action}", certificate=certificate, key=key)
    assert answer.status_code == 422 and words in answer.text
    assert not (newcomer.home.state / "tls" / "own.pem").exists()


def test_without_the_library_it_is_said(newcomer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise NoLibrary

    monkeypatch.setattr(home_certificate, "library", missing)
    answer = newcomer.form(f"{PAGE}/make")
    assert answer.status_code == 422 and "cryptography" in answer.text
