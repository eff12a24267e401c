# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests promise of themselves is held: an unmarked one starts nothing and takes no port."""

import os
import socket
import subprocess
import threading

import purity
import pytest
from hypothesis import settings
from source_files import HOUSE, python_files, text


@pytest.mark.parametrize("way", [lambda: subprocess.run(["true"], check=True), os.fork, lambda: os.system("true")])
def test_an_unmarked_test_starts_no_process(way: object) -> None:
    assert callable(way)
    with pytest.raises(purity.Impure, match="mark the test"), purity.held():
        way()


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_an_unmarked_test_takes_no_port(family: socket.AddressFamily, kind: socket.SocketKind) -> None:
    with socket.socket(family, kind) as sock, pytest.raises(purity.Impure), purity.held():
        sock.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))


def test_nor_does_it_in_a_thread_or_where_errors_are_passed_over() -> None:
    def quietly() -> None:
        try:
            subprocess.run(["true"], check=True)
        except BaseException:
            return

    with pytest.raises(purity.Impure), purity.held():
        thread = threading.Thread(target=quietly)
        thread.start()
        thread.join()


def test_no_property_has_a_deadline() -> None:
    assert settings().deadline is None
    loading = [path for path in python_files("tests") if "load_" + "profile(" in text(path)]
    assert loading == [HOUSE / "tests/conftest.py"], "one profile holds for all, however tests are collected"
