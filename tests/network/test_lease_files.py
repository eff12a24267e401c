# SPDX-License-Identifier: GPL-3.0-or-later
"""Lease files on the disk: read when they change, whatever has become of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from network import lease_files
from network.lease_files import LeaseFiles

MAC = "ac:bb:cc:00:11:22"


def line(address: str, mac: str = MAC, name: str = "phone", ends: int = 0) -> str:
    return f"{ends} {mac} {address} {name} *\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (path := tmp_path / "dnsmasq.leases").write_text(line("10.0.0.2") + line("10.0.0.3", ends=100))
    return path


def test_it_is_read_when_it_changes_and_not_before(file: Path) -> None:
    files = LeaseFiles()
    assert files.look([str(file)]) and not files.look([str(file)])
    before = files.leases
    assert files.of("10.0.0.3", 99) and files.of("10.0.0.3", 101) is None and files.of("10.0.0.4", 0) is None
    file.write_text(line("10.0.0.2", name="tablet"))
    assert files.look([str(file)])
    assert files.leases is not before and files.leases["10.0.0.2"].name == "tablet" and len(files.leases) == 1
    file.unlink()
    assert files.look([str(file)]) and not files.leases


def test_of_two_leases_for_one_address_the_later_holds(file: Path) -> None:
    with file.open("a") as more:
        more.write(line("10.0.0.2", "ac:bb:cc:00:11:23", "tv"))
    files = LeaseFiles()
    files.look([str(file)])
    lease = files.of("10.0.0.2", 0)
    assert lease and (lease.mac, lease.name) == ("ac:bb:cc:00:11:23", "tv")


def test_a_hosts_file_beside_it_takes_nothing_from_a_lease(file: Path, tmp_path: Path) -> None:
    (hosts := tmp_path / "hosts").write_text("10.0.0.2 nas nas.lan\n10.0.0.9 printer\n")
    files = LeaseFiles()
    files.look([str(file), str(hosts)])
    lease = files.of("10.0.0.2", 0)
    assert lease and lease.name == "phone" and files.hosts_name("10.0.0.2") == "nas"
    assert files.of("10.0.0.9", 0) is None and files.hosts_name("10.0.0.9") == "printer"
    assert files.hosts_name("10.0.0.3") is None


def test_what_cannot_be_read_is_said_once_and_passed_over(
    file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, real = LeaseFiles(), Path.open

    def refuse(path: Path, *args: str) -> object:
        if path.name == "secret":
            raise PermissionError(13, "Permission denied")
        return real(path, *args)

    (tmp_path / "secret").write_text("x")
    monkeypatch.setattr(Path, "open", refuse)
    paths = [str(tmp_path / "secret"), str(file), str(tmp_path), str(tmp_path / "missing"), "/dev/null"]
    assert files.look(paths) and set(files.leases) == {"10.0.0.2", "10.0.0.3"}
    os.utime(tmp_path / "secret", (1, 1))
    files.look(paths)
    assert caplog.text.count("secret cannot be read") == 1 and caplog.text.count("cannot be read") == 1


def test_a_huge_file_is_read_to_its_bound_from_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_files, "BYTES_MAX", 4000)
    monkeypatch.setattr(lease_files, "LEASES_MAX", 20)
    (path := tmp_path / "kea.csv").write_text(
        "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n"
        + "".join(f"10.0.{n // 250}.{n % 250},{MAC},,3600,1900000000,1,0,0,h{n},0\n" for n in range(2000))
    )
    files = LeaseFiles()
    files.look([str(path)])
    assert len(files.leases) == 20 and [*files.leases.values()][-1].name == "h1999"


def test_a_huge_file_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_files, "LEASES_MAX", 20)
    paths = [tmp_path / name for name in ("router.leases", "laboratory.leases", "hosts")]
    for path, text in zip(paths, (
        line("10.0.0.2"), "".join(line(f"10.1.0.{n}", name=f"h{n}") for n in range(100)), "10.0.0.9 printer\n"
    ), strict=True):  # fmt: skip
        path.write_text(text)
    files = LeaseFiles()
    files.look(map(str, paths))
    assert files.of("10.0.0.2", 0) and files.hosts_name("10.0.0.9") == "printer"
    assert len(files.leases) == 20 and files.of("10.1.0.99", 0) and not files.of("10.1.0.81", 0)
