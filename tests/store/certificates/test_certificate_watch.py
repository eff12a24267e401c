# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate that changes is noticed, however a program changes it."""

from pathlib import Path

import pytest

from store.certificates.certificate_files import ServerFiles, Source
from store.certificates.certificate_watch import CertificateWatch


@pytest.fixture
def live(tmp_path: Path) -> ServerFiles:
    """As certbot has them: links in live/ that lead into archive/."""
    for number in (1, 2):
        for name in ("fullchain", "privkey"):
            (tmp_path / f"{name}{number}.pem").write_text(f"{name} {number}")
    for name in ("fullchain", "privkey"):
        (tmp_path / f"{name}.pem").symlink_to(f"{name}1.pem")
    return ServerFiles(tmp_path / "fullchain.pem", tmp_path / "privkey.pem", Source.FILES)


def swap(link: Path, target: str) -> None:
    link.with_suffix(".new").symlink_to(target)
    link.with_suffix(".new").replace(link)


def test_nothing_changes_by_itself(live: ServerFiles) -> None:
    watch = CertificateWatch(live)
    assert not watch.changed(live) and not watch.changed(live)


def test_each_link_that_is_set_anew_is_noticed(live: ServerFiles) -> None:
    watch = CertificateWatch(live)
    swap(live.certificate, "fullchain2.pem")
    assert watch.changed(live)  # the key is the old one still, so it does not load yet
    swap(live.key, "privkey2.pem")
    assert watch.changed(live) and not watch.changed(live)


def test_a_file_that_is_written_renamed_over_or_taken_away_is_noticed(live: ServerFiles, tmp_path: Path) -> None:
    watch = CertificateWatch(live)
    (tmp_path / "fullchain1.pem").write_text("longer than it was before")
    assert watch.changed(live)
    (tmp_path / "new.pem").write_text("key 3")
    (tmp_path / "new.pem").replace(tmp_path / "privkey1.pem")
    assert watch.changed(live)
    (tmp_path / "privkey1.pem").unlink()
    assert watch.changed(live) and not watch.changed(live)


def test_another_choice_is_a_change(live: ServerFiles) -> None:
    watch = CertificateWatch()
    assert watch.changed(live)
    assert watch.changed(None) and not watch.changed(None)
