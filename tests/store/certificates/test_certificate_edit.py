# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate is looked at before it is taken, and nothing that was in force is lost."""

import time
from pathlib import Path

import pytest
from made_certificates import Made, made

from store.base import status
from store.certificates import certificate_edit
from store.certificates.certificate_edit import CertificatePlace
from store.certificates.certificate_errors import CertificateError
from store.config import edit, settings

pytestmark = pytest.mark.database

NOW = time.time()
ROOT = made("Root", authority=True, begin=NOW - 60, days=900)
GOOD = made(signed_by=ROOT, begin=NOW - 60, kind="other")


@pytest.fixture
def place(state: Path) -> CertificatePlace:
    return CertificatePlace(state, state, {})


def files(folder: Path, pair: Made, mode: int = 0o600) -> tuple[Path, Path]:
    (folder / "fullchain.pem").write_bytes(pair.pem)
    (folder / "privkey.pem").write_bytes(pair.key)
    (folder / "privkey.pem").chmod(mode)
    return folder / "fullchain.pem", folder / "privkey.pem"


def test_made_brought_and_named_in_turn(place: CertificatePlace, tmp_path: Path) -> None:
    e = edit.engine(place.state)
    assert certificate_edit.make(e, place).source == "home"
    own = certificate_edit.use_copy(e, place, GOOD.pem, GOOD.key)
    assert (own.source, own.names) == ("own", ("dns.example.net",))
    named = certificate_edit.use_files(e, place, *files(tmp_path, GOOD))
    assert (named.source, named.certificate) == ("files", str(tmp_path / "fullchain.pem"))
    assert settings.load(place.state, {}).certificate_key == str(tmp_path / "privkey.pem")
    again = certificate_edit.make(e, place)
    assert (again.source, settings.load(place.state, {}).certificate) == ("home", "")
    assert (place.state / "tls" / "own.pem.before").exists() and (tmp_path / "privkey.pem").exists()
    said = status.read(place.run).certificate
    assert said is not None and said.source == "home", "health hears of it at once"


def test_a_second_copy_keeps_the_first(place: CertificatePlace) -> None:
    e = edit.engine(place.state)
    certificate_edit.use_copy(e, place, GOOD.pem, GOOD.key)
    other = made(names=("other.example.net",), begin=NOW - 60)
    assert certificate_edit.use_copy(e, place, other.pem, other.key).names == ("other.example.net",)
    assert GOOD.pem.strip() in (place.state / "tls" / "own.pem.before").read_bytes()
    assert sorted(path.name for path in (place.state / "tls").iterdir()) == ["own.pem", "own.pem.before"]


@pytest.mark.parametrize(("certificate", "key", "words"), [
    (GOOD.pem, ROOT.key, "does not fit"),
    (made(begin=NOW - 100 * 86_400).pem, made().key, "ended on"),
    (made(begin=NOW + 86_400).pem, made().key, "valid from"),
    (ROOT.pem + GOOD.pem, ROOT.key, "begins with|holds no name|wrong order"),
    (GOOD.pem, GOOD.locked_key(), "passphrase"),
    (b"hello", GOOD.key, "no certificate"),
])  # fmt: skip
def test_what_no_client_would_take_is_refused_and_the_old_one_stays(
    place: CertificatePlace, certificate: bytes, key: bytes, words: str
) -> None:  # fmt: skip
    e = edit.engine(place.state)
    before = certificate_edit.use_copy(e, place, GOOD.pem, GOOD.key)
    with pytest.raises(CertificateError, match=words):
        certificate_edit.use_copy(e, place, certificate, key)
    assert place.look().fingerprint == before.fingerprint
    assert sorted(path.name for path in (place.state / "tls").iterdir()) == ["own.pem"]


def test_a_key_that_everybody_reads_is_refused(place: CertificatePlace, tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match="Everybody") as refused:
        certificate_edit.use_files(edit.engine(place.state), place, *files(tmp_path, GOOD, 0o644))
    assert refused.value.about == "key"
    assert settings.load(place.state, {}).certificate == ""


def test_what_a_variable_sets_is_changed_there(state: Path) -> None:
    place = CertificatePlace(state, state, {"TELLTALE_CERTIFICATE": "/c.pem"})
    with pytest.raises(CertificateError, match="TELLTALE_CERTIFICATE"):
        certificate_edit.make(edit.engine(state), place)
    assert not (state / "tls").exists()
