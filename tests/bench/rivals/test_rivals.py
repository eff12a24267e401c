# SPDX-License-Identifier: GPL-3.0-or-later
"""Each server beside Telltale is started with its own configuration and answers from the list.

Those that are not to be had here are stood in for: the stand-in takes the command line, reads the file as the real one
would, and answers from what it finds there. That the real one reads it so is known from its documentation alone.
"""

import json
import os
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from waiting import HANG_SECONDS

from bench import packets, servers
from bench.bed import QUICK, Bed
from bench.results import Results
from bench.rivals import RIVALS, gravity
from bench.rivals.adguard import AdGuardHome
from bench.rivals.blocky import Blocky
from bench.rivals.pihole import NOBODY, PiholeFtl
from bench.servers import Server, first_answer

LISTED = ("ads.example", "tracker.example")
pytestmark = pytest.mark.process
STAND_IN = Path(__file__).with_name("stand_in.py")


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "list.txt"
    path.write_text("".join(f"{name}\n" for name in LISTED))
    return path


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, first on PATH, with stand-ins under the names of the real ones."""
    folder = tmp_path / "bin"
    folder.mkdir()
    folder.chmod(0o755)
    for kind in (AdGuardHome, Blocky, PiholeFtl):
        path = folder / kind.program
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{STAND_IN}" {kind.program} "$@"\n')
        path.chmod(0o755)
    monkeypatch.setattr(servers, "PATH", f"{folder}:{servers.PATH}")
    return folder


@pytest.mark.parametrize("kind", [AdGuardHome, Blocky])
def test_what_is_not_to_be_had_is_stood_in_for(kind: type[Server], tmp_path: Path, listed: Path, on_path: Path) -> None:
    assert not kind.why_not()
    answers_from_the_list(kind(tmp_path / "server", [], 9), listed)


@pytest.mark.parametrize("kind", [kind for kind in RIVALS if not kind.why_not()])
def test_what_is_here_answers_from_the_list(kind: type[Server], tmp_path: Path, listed: Path) -> None:
    answers_from_the_list(kind(tmp_path / "server", [], 9), listed)


def answers_from_the_list(server: Server, listed: Path) -> None:
    try:
        server.start([listed], LISTED[1])
        response = first_answer(server.port, LISTED[0], seconds=HANG_SECONDS)
        assert response and packets.is_sinkholed(response)
    finally:
        server.remove()


def test_pihole_has_a_folder_of_its_own_and_no_powers(
    tmp_path: Path, listed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is started in a namespace in which its folder is the bench's, and the machine's stays as it was."""
    if os.getuid() or not shutil.which("unshare") or not shutil.which("setpriv"):
        pytest.skip("takes root, and the tools of scripts/system-packages.sh test")
    open_folder = Path(tempfile.mkdtemp())  # pytest's own are closed to nobody
    open_folder.chmod(0o755)
    etc = open_folder / "etc"
    etc.mkdir()
    (etc / "pihole.toml").write_text("of a Pi-hole of this machine")
    program = open_folder / PiholeFtl.program
    log = '>>"$FTLCONF_files_log_ftl"'
    program.write_text(f'#!/bin/sh\nid -u {log}\nls "{etc}" {log}\necho "$*" {log}\n')
    program.chmod(0o755)
    monkeypatch.setattr(PiholeFtl, "etc", etc)
    monkeypatch.setattr(servers, "PATH", f"{open_folder}:{servers.PATH}")
    server = PiholeFtl(tmp_path / "server", [], 9)
    try:
        with pytest.raises(servers.ServerFailed):  # the stand-in ends at once
            server.start([listed])
        said = (server.folder / "etc" / "FTL.log").read_text()
        assert said.split() == [str(NOBODY), "FTL.log", "gravity.db", "no-daemon"]
        assert [path.name for path in etc.iterdir()] == ["pihole.toml"]
    finally:
        shutil.rmtree(open_folder)


def test_pihole_is_asked_as_it_asks(tmp_path: Path, listed: Path) -> None:
    """What src/database/gravity-db.c of pi-hole/FTL asks for, by the names of version 6 and of those before."""
    path = tmp_path / "gravity.db"
    gravity.write(path, [listed])
    with closing(sqlite3.connect(path)) as con:
        listed_query = "SELECT adlist_id FROM vw_gravity WHERE domain = ? AND group_id IN (0)"
        assert con.execute(listed_query, (LISTED[0],)).fetchall() == [(gravity.LIST,)]
        assert con.execute(listed_query, ("www.example",)).fetchall() == []
        for view in ("antigravity", "allowlist", "denylist", "whitelist", "blacklist"):
            column = "adlist_id" if view == "antigravity" else "id"
            query = f"SELECT {column} FROM vw_{view} WHERE domain = ? AND group_id IN (0)"
            assert not con.execute(query, (LISTED[0],)).fetchall()
        for view in ("regex_allowlist", "regex_denylist", "regex_whitelist", "regex_blacklist"):
            assert not con.execute(f"SELECT domain, id FROM vw_{view}").fetchall()
        info = dict(con.execute("SELECT property, value FROM info").fetchall())
        assert (info["version"], info["gravity_count"]) == (str(gravity.VERSION), str(len(LISTED)))
        assert con.execute("SELECT address, number FROM adlist").fetchall() == [("https://bench.invalid/list", 2)]


def test_pihole_is_told_everything_by_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTLCONF_dns_upstreams", "192.0.2.1")
    server = PiholeFtl(tmp_path / "server", [], 5353)
    environ = {key: value for key, value in server.environ().items() if key.startswith("FTLCONF_")}
    assert environ["FTLCONF_dns_upstreams"] == "127.0.0.1#5353"
    assert environ["FTLCONF_dns_port"] == str(server.port)
    assert environ["FTLCONF_dns_queryLogging"] == "true"
    assert all(value.startswith("/etc/pihole/") for key, value in environ.items() if key.startswith("FTLCONF_files_"))


def test_without_root_pihole_is_not_measured(on_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    assert "root" in PiholeFtl.why_not()
    monkeypatch.setattr(servers, "PATH", "/nowhere")
    assert PiholeFtl.why_not() == "not installed"


def test_who_is_missing_is_named_in_the_results(tmp_path: Path, listed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "PATH", "/nowhere")
    results = Results({}, {})
    bed = Bed(tmp_path, QUICK, results, listed, listed)
    assert bed.others() == []
    assert results.skipped == {kind.name: "not installed" for kind in RIVALS}


@pytest.mark.parametrize("kind", [AdGuardHome, Blocky])
def test_configurations_are_well_formed(kind: type[Server], tmp_path: Path, listed: Path) -> None:
    server = kind(tmp_path / "server", [], 5353)
    server.prepare([listed])
    text = "".join(path.read_text() for path in server.folder.glob("*.y*ml"))
    json.loads(text)
    assert "127.0.0.1:5353" in text and str(server.port) in text
