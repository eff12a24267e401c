# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel's addresses as text."""

import socket

from resolver.listen.senders import name_of


def test_a_link_local_client_is_named_with_its_interface() -> None:
    packed = socket.inet_pton(socket.AF_INET6, "fe80::1")
    assert name_of(packed + bytes([3, 0, 0, 0])) == "fe80::1%3"
    assert name_of(packed + bytes(4)) == "fe80::1"
    assert name_of(bytes([192, 168, 1, 2])) == "192.168.1.2"
