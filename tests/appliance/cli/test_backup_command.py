# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale backup` and `telltale restore`: one file, private, whole or not there."""

import stat
from pathlib import Path

import pytest

from appliance.cli.main import main
from store.base.db import open_config
from store.config import edit

pytestmark = pytest.mark.database


@pytest.fixture
def state(tmp_path: Path) -> str:
    folder = tmp_path / "state"
    folder.mkdir()
    open_config(folder)
    return str(folder)


def test_there_and_back(state: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "home.json"
    main(["rules", "add", "block", "ads.example", "--state", state])
    assert main(["backup", str(file), "--state", state]) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["home.json"]
    first = file.read_bytes()
    main(["rules", "remove", "1", "--state", state])
    assert main(["restore", str(file), "--only", "rules", "--state", state]) == 0
    assert "Restored: rules." in capsys.readouterr().out
    assert [rule.name for rule in edit.rules(edit.engine(Path(state)))] == ["ads.example"]
    file.chmod(0o644)
    assert main(["backup", str(file), "--state", state]) == 0  # in the place of the older one
    assert file.read_bytes() == first and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert main(["undo", "--state", state]) == 0
    assert edit.rules(edit.engine(Path(state))) == []


def test_to_standard_output(state: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["backup", "-", "--state", state]) == 0
    assert capfdbinary.readouterr().out.startswith(b'{\n "telltale": "backup"')


@pytest.mark.parametrize("content", [b"dear diary", b"PK\x03\x04", b"SQLite format 3\0"])
def test_it_writes_over_nothing_else(
    state: str, tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "diary"
    file.write_bytes(content)
    assert main(["backup", str(file), "--state", state]) == 1
    assert "is no backup" in capsys.readouterr().err and file.read_bytes() == content
    for elsewhere in (tmp_path, tmp_path / "no" / "such", "/dev/null"):
        assert main(["backup", str(elsewhere), "--state", state]) == 1
        assert capsys.readouterr().err.startswith("telltale: ")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04", "archive"), (b"\x1f\x8b\x08", "archive"), (b"\xff\xfe", "no backup"), (b"", "no backup"),
        (b'{\n "telltale": "backup",\n "form": 1', "cut off"),
        (b'{"telltale": "backup", "form": 99, "schema": 1}', "newer"),
    ],
)  # fmt: skip
def test_what_is_no_backup_changes_nothing(
    state: str, tmp_path: Path, content: bytes, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "home.json"
    file.write_bytes(content)
    assert main(["restore", str(file), "--state", state]) == 1
    assert words in capsys.readouterr().err
    assert main(["restore", str(tmp_path), "--state", state]) == 1
    assert main(["restore", str(tmp_path / "none"), "--state", state]) == 1


def test_of_a_backup_with_a_byte_order_mark(state: str, tmp_path: Path) -> None:
    file = tmp_path / "home.json"
    main(["backup", str(file), "--state", state])
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert main(["restore", str(file), "--state", state]) == 0
