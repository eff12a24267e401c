# SPDX-License-Identifier: GPL-3.0-or-later
import os
import re
import threading
from pathlib import Path

import pytest

from store.base import secret
from store.base.store_errors import ReadOnlyState


def test_the_secret_is_made_once_and_private(tmp_path: Path) -> None:
    made = secret.load(tmp_path)
    assert len(made) == 32 and secret.load(tmp_path) == made
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    found: list[bytes] = []
    work = [threading.Thread(target=lambda: found.append(secret.load(tmp_path))) for _ in range(8)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert len(found) == 8 and len(set(found)) == 1


@pytest.mark.parametrize("text", ["", "abcd", "zz" * 32, "ab" * 31])
def test_a_damaged_secret_is_put_aside_and_another_made(tmp_path: Path, text: str) -> None:
    (tmp_path / "secret").write_text(text)
    made = secret.load(tmp_path)
    assert len(made) == 32 and secret.load(tmp_path) == made
    (kept,) = tmp_path.glob("secret.corrupt-*")
    assert kept.read_text() == text


def test_a_pipe_in_its_place_blocks_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "secret")
    assert len(secret.load(tmp_path)) == 32
    assert list(tmp_path.glob("secret.corrupt-*"))


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReadOnlyState, match="writable"):
        secret.load(tmp_path / "missing")


def test_the_set_up_code_is_readable_and_forgiving(tmp_path: Path) -> None:
    code = secret.setup_code(tmp_path)
    assert re.fullmatch(r"[A-Z2-7]{4}-[A-Z2-7]{4}", code)
    assert secret.setup_code(tmp_path) == code
    for given in (code, code.lower(), f" {code.replace('-', ' ')} "):
        assert secret.is_setup_code(tmp_path, given)
    for given in ("", code[:-1], code + "A", "AAAA-AAAA", "\ud800"):
        assert not secret.is_setup_code(tmp_path, given)


def test_labels_keep_secrets_apart(tmp_path: Path) -> None:
    assert len({secret.derive(tmp_path, label) for label in ("set-up", "csrf", "")}) == 3
    assert secret.derive(tmp_path, "csrf") != secret.load(tmp_path)
