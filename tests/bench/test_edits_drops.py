# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel dropped is read from its own tables."""

import pytest

from bench.edits import drops

TABLE = """\
   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  100: 0100007F:1F90 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0000000000000000 7
  101: 0100007F:1F90 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 2 2 0000000000000000 5
  102: 0100007F:1F91 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3 2 0000000000000000 9
"""
COUNTERS = """\
Tcp: RtoAlgorithm RtoMin
Tcp: 1 200
Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors
Udp: 10 2 3 11 3 1
UdpLite: InDatagrams
UdpLite: 0
"""


def test_drops_of_all_sockets_of_a_port() -> None:
    assert drops.parse_table(TABLE, {0x1F90}) == 12
    assert drops.parse_table(TABLE, {0x1F90, 0x1F91}) == 21
    assert drops.parse_table(TABLE, {53}) == 0


def test_counters_have_their_names() -> None:
    assert drops.parse_counters(COUNTERS)["RcvbufErrors"] == 3


@pytest.mark.process
def test_this_machine_is_read() -> None:
    assert drops.everywhere() >= drops.at([53]) >= 0
