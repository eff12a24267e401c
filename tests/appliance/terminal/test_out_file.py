# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command writes is there once it is whole; whatever ends it before leaves what was there, or nothing."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.terminal.out_file import OutFile

TEXT = b"whole" * 1000


def test_a_new_one_is_there_when_it_is_whole(tmp_path: Path) -> None:
    out = OutFile(tmp_path / "new.html")
    assert list(tmp_path.iterdir()) == []
    out.write(io.BytesIO(TEXT))
    out.close()
    assert (tmp_path / "new.html").read_bytes() == TEXT and len(list(tmp_path.iterdir())) == 1
    assert (tmp_path / "new.html").stat().st_mode & 0o111 == 0


def test_without_a_word_nothing_is_left(tmp_path: Path) -> None:
    OutFile(tmp_path / "new.html").close()
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_stays_until_then_and_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"x" * 9000)
    (tmp_path / "link.html").symlink_to("there")
    out = OutFile(tmp_path / "link.html")
    assert (tmp_path / "there").read_bytes() == b"x" * 9000
    out.write(io.BytesIO(TEXT))
    out.close()
    assert (tmp_path / "there").read_bytes() == TEXT and (tmp_path / "link.html").is_symlink()


def test_one_that_came_meanwhile_is_not_lost(tmp_path: Path) -> None:
    out = OutFile(tmp_path / "new.html")
    (tmp_path / "new.html").write_bytes(b"another's")
    with pytest.raises(FileExistsError):
        out.write(io.BytesIO(TEXT))
    out.close()
    assert (tmp_path / "new.html").read_bytes() == b"another's"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        OutFile(tmp_path / "none" / "new.html")


_AS_OWNER = """
import io, os, sys
from pathlib import Path
from appliance.terminal.out_file import OutFile
out = OutFile(Path(sys.argv[1]), 65534)
os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)
if sys.argv[2] == "write":
    out.write(io.BytesIO(b"whole"))
out.close()
"""


@pytest.mark.process
@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
@pytest.mark.parametrize("word", ["write", "give up"])
def test_root_who_became_another_writes_where_root_may(tmp_path: Path, word: str) -> None:
    tmp_path.chmod(0o700)
    subprocess.run([sys.executable, "-c", _AS_OWNER, str(tmp_path / "new.html"), word], check=True)
    assert [path.name for path in tmp_path.iterdir()] == (["new.html"] if word == "write" else [])
