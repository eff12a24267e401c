# SPDX-License-Identifier: GPL-3.0-or-later
"""Who holds a port is found in /proc, and the cure is named."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ports import free_port

from appliance.process import port_owner
from appliance.process.port_owner import Holder

pytestmark = pytest.mark.process

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"


@pytest.mark.parametrize(
    ("wanted", "held"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "0.0.0.0")]
)
@pytest.mark.parametrize("kind", ["udp", "tcp"])
def test_a_real_socket_is_found_with_its_process(wanted: str, held: str, kind: str) -> None:
    family = socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, family) as sock:
        sock.bind((held, free_port()))
        if kind == "tcp":
            sock.listen()
        port = sock.getsockname()[1]
        found = port_owner.find(wanted, port, kind)
    assert found is not None
    assert (found.address, found.port, found.pid) == (held, port, os.getpid())
    assert str(os.getpid()) in found.described
    assert "stop it" in found.cure


def test_a_free_port_has_no_holder() -> None:
    assert port_owner.find("127.0.0.1", free_port(), "udp") is None


def test_another_address_does_not_stand_in_the_way() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.2", free_port()))
        assert port_owner.find("127.0.0.1", sock.getsockname()[1], "udp") is None


def test_the_stub_of_systemd_resolved_is_known_by_its_address(tmp_path: Path) -> None:
    row = "  79: 3500007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 15210 2 0 0\n"
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "udp").write_text(HEAD + row)
    found = port_owner.find("0.0.0.0", 53, "udp", tmp_path)
    assert found == Holder("127.0.0.53", 53, None, None)
    assert found.is_stub
    assert "systemd-resolved" in found.described
    for command in port_owner.resolved_cure():
        assert command in found.cure


def test_ipv6_and_states_are_read() -> None:
    rows = (
        "   0: 00000000000000000000000001000000:0035 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 77 1\n"
        "   1: 00000000000000000000000000000000:0035 00000000000000000000000000000000:0000 06 0:0 00:0 0 0 0 78 1\n"
    )
    assert list(port_owner.parse_table(HEAD + rows, 53, listening_only=True)) == [("::1", "77")]
    assert list(port_owner.parse_table(HEAD + rows, 53, listening_only=False)) == [("::1", "77"), ("::", "78")]
    assert list(port_owner.parse_table(HEAD + rows, 54, listening_only=False)) == []


@given(st.lists(st.text(alphabet="0123456789ABCDEF: \t\n", max_size=120)))
def test_a_table_cut_short_is_read_as_far_as_it_goes(lines: list[str]) -> None:
    short = [" ".join(line.split()[:9]) for line in lines]
    assert list(port_owner.parse_table("\n".join(["", *short]), 53, listening_only=False)) == []
