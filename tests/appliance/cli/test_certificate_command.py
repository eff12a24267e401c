# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale certificate` where nothing runs."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from made_certificates import made

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]
GOOD = made(begin=time.time() - 60)


def test_none_made_and_brought(command: Command, tmp_path: Path) -> None:
    code, out, _ = command("certificate")
    assert code == 0 and "no certificate yet" in out
    code, out, _ = command("certificate", "make")
    assert code == 0 and "made for this home" in out and "telltale.home.arpa" in out and "ca.pem" in out
    first = json.loads(command("certificate", "--json")[1])
    assert (first["source"], first["server_name"], first["faults"]) == ("home", "telltale.home.arpa", [])
    again = json.loads(command("certificate", "make", "--json")[1])
    assert again["authority_fingerprint"] == first["authority_fingerprint"]
    (tmp_path / "c.pem").write_bytes(GOOD.pem)
    (tmp_path / "k.pem").write_bytes(GOOD.key)
    (tmp_path / "k.pem").chmod(0o600)
    code, out, _ = command("certificate", "use", str(tmp_path / "c.pem"), str(tmp_path / "k.pem"))
    assert code == 0 and "dns.example.net" in out
    assert json.loads(command("certificate", "--json")[1])["certificate"] == str(tmp_path / "c.pem")
    code, out, _ = command("certificate", "use", "--copy", str(tmp_path / "c.pem"), str(tmp_path / "k.pem"))
    assert code == 0 and json.loads(command("certificate", "--json")[1])["source"] == "own"
    code, out, _ = command("certificate", "make", "--new-authority", "--json")
    assert json.loads(out)["authority_fingerprint"] != first["authority_fingerprint"]


def test_what_cannot_be_is_said_in_a_sentence(command: Command, tmp_path: Path) -> None:
    (tmp_path / "k.pem").write_bytes(GOOD.key)
    key = str(tmp_path / "k.pem")
    for arguments in (("/no.pem", "/no.key"), (key, key), ("--copy", "/no", "/no")):
        code, _, error = command("certificate", "use", *arguments)
        assert code == 1 and error.count("\n") == 1, error
    assert "mixed up" in command("certificate", "use", key, key)[2]
