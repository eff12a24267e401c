# SPDX-License-Identifier: GPL-3.0-or-later
"""A DNS server that takes another's command line and configuration: listed names are 0.0.0.0, all others 192.0.2.1."""

import argparse
import json
import socket
import sys
from pathlib import Path


def adguard(arguments: list[str]) -> tuple[str, int, set[str]]:
    """Where to listen, and the names of the filters, as AdGuard Home has them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-c", "--config", type=Path, required=True)
    parser.add_argument("-w", "--work-dir", type=Path, required=True)
    parser.add_argument("--no-check-update", action="store_true", required=True)
    given = parser.parse_args(arguments)
    config = json.loads(given.config.read_text())
    assert config["filtering"]["filtering_enabled"] and config["filtering"]["protection_enabled"]
    assert config["querylog"]["enabled"] and config["querylog"]["file_enabled"] and not config["dns"]["ratelimit"]
    names: set[str] = set()
    for each in config["filters"]:
        if each["enabled"]:
            assert any(Path(each["url"]).match(pattern) for pattern in config["filtering"]["safe_fs_patterns"])
            kept = given.work_dir / "data" / "filters" / f"{each['id']}.txt"
            assert kept.read_text() == Path(each["url"]).read_text()
            names |= {line.removeprefix("||").removesuffix("^") for line in kept.read_text().split()}
    return config["dns"]["bind_hosts"][0], config["dns"]["port"], names


def blocky(arguments: list[str]) -> tuple[str, int, set[str]]:
    """The same of blocky."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["serve"])
    parser.add_argument("-c", "--config", type=Path, required=True)
    config = json.loads(parser.parse_args(arguments).config.read_text())
    blocking = config["blocking"]
    assert config["queryLog"]["type"] == "csv" and Path(config["queryLog"]["target"]).is_dir()
    names: set[str] = set()
    for group in blocking["clientGroupsBlock"]["default"]:
        for source in blocking["denylists"][group]:
            names |= set(Path(source).read_text().split())
    host, _, port = config["ports"]["dns"].rpartition(":")
    return host, int(port), names


def main() -> None:
    """Answer until the end."""
    host, port, names = {"AdGuardHome": adguard, "blocky": blocky}[sys.argv[1]](sys.argv[2:])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, port))
        while True:
            query, client = sock.recvfrom(512)
            labels, position = [], 12
            while length := query[position]:
                labels.append(query[position + 1 : position + 1 + length].decode())
                position += length + 1
            address = "0.0.0.0" if ".".join(labels) in names else "192.0.2.1"
            answer = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04" + socket.inet_aton(address)
            header = query[:2] + b"\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00"
            sock.sendto(header + query[12 : position + 5] + answer, client)


if __name__ == "__main__":
    main()
