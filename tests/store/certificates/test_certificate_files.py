# SPDX-License-Identifier: GPL-3.0-or-later
"""Where certificates lie, which is in force, and that nobody else reads the key, not even for a moment."""

import os
from pathlib import Path

import pytest

from store.certificates import certificate_files
from store.certificates.certificate_errors import CertificateError
from store.certificates.certificate_files import Source, in_force
from store.config.known_settings import Settings


def test_the_first_that_there_is_counts(tmp_path: Path) -> None:
    assert in_force(tmp_path, Settings()) is None
    home = certificate_files.write(tmp_path, certificate_files.HOME, b"home")
    files = in_force(tmp_path, Settings())
    assert files is not None and (files.certificate, files.key, files.source) == (home, home, Source.HOME)
    own = certificate_files.write(tmp_path, certificate_files.OWN, b"own")
    files = in_force(tmp_path, Settings())
    assert files is not None and (files.certificate, files.source) == (own, Source.OWN)
    files = in_force(tmp_path, Settings(certificate="/etc/c.pem", certificate_key="/etc/k.pem"))
    assert files is not None
    assert (files.certificate, files.key, files.source) == (Path("/etc/c.pem"), Path("/etc/k.pem"), Source.FILES)
    assert in_force(tmp_path, Settings(certificate="/etc/both.pem")).key == Path("/etc/both.pem")  # type: ignore[union-attr]


def test_one_that_is_put_aside_is_not_lost(tmp_path: Path) -> None:
    certificate_files.write(tmp_path, certificate_files.OWN, b"own")
    certificate_files.set_aside(tmp_path, certificate_files.OWN)
    certificate_files.set_aside(tmp_path, certificate_files.OWN)  # there is none any more
    assert in_force(tmp_path, Settings()) is None
    assert (tmp_path / "tls" / "own.pem.before").read_bytes() == b"own"


def test_nobody_else_can_read_a_key_at_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the mask of a careless shell, and looked at between any two calls of the system."""
    (tmp_path / "tls").mkdir(mode=0o755)
    seen: list[int] = []

    def look(*args: object) -> None:
        seen.extend(path.stat().st_mode & 0o077 for path in (tmp_path / "tls").iterdir())

    monkeypatch.setattr(os, "fsync", look)
    before = os.umask(0)
    try:
        path = certificate_files.write(tmp_path, certificate_files.CA_KEY, b"key")
    finally:
        os.umask(before)
    assert seen == [0]
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [each.name for each in path.parent.iterdir()] == ["ca.key"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "tls").write_bytes(b"")
    with pytest.raises(CertificateError, match="cannot be written"):
        certificate_files.write(tmp_path, certificate_files.HOME, b"x")


@pytest.mark.parametrize(("made", "words"), [
    (lambda path: None, "not there"),
    (lambda path: path.mkdir(), "cannot be read"),
    (lambda path: path.write_bytes(bytes(certificate_files.MAX_FILE + 1)), "too large"),
])  # fmt: skip
def test_what_cannot_be_read_is_told(tmp_path: Path, made: object, words: str) -> None:
    made(tmp_path / "c.pem")  # type: ignore[operator]
    with pytest.raises(CertificateError, match=words):
        certificate_files.read(tmp_path / "c.pem")
