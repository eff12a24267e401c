# SPDX-License-Identifier: GPL-3.0-or-later
"""The words between the supervisor and the pages' process."""

from hypothesis import given
from hypothesis import strategies as st

from store.base import web_way


def test_each_word_is_told_from_the_others() -> None:
    assert web_way.ready_pid(web_way.ready_word(4711)) == 4711
    assert web_way.peer(b"203.0.113.9 443") == ("203.0.113.9", 443)
    assert web_way.peer(b"fe80::1%eth0 1") == ("fe80::1%eth0", 1)
    for word in (b"", b"tcp", b"ready", b"ready ", b"nonsense", b"10.0.0.1 x", " 10.0.0.1 ²".encode()):
        assert web_way.ready_pid(word) is None and web_way.peer(word) is None


@given(st.binary(max_size=web_way.MAX_WORD))
def test_no_word_is_two_things(word: bytes) -> None:
    assert not (web_way.ready_pid(word) is not None and web_way.peer(word) is not None and word != b"ready 1")
