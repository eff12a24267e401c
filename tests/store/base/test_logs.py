# SPDX-License-Identifier: GPL-3.0-or-later
import io
import logging
import re
from collections.abc import Iterator

import pytest

from store.base import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    out = io.StringIO()
    logs.setup("worker-1", stream=out)
    yield out
    root.handlers[:], root.level = handlers, level


def test_a_line_says_when_who_how_bad_and_what(stream: io.StringIO) -> None:
    logging.getLogger("resolver").warning("upstream %s is silent", "9.9.9.9")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d worker-1 WARNING upstream 9.9.9.9 is silent\n", stream.getvalue()
    )


def test_a_fork_that_is_set_up_again_writes_to_no_other_logger(stream: io.StringIO) -> None:
    other = logging.getLogger("resolver")
    assert other.isEnabledFor(logging.INFO)
    known = dict(other._cache)  # type: ignore[attr-defined]
    logs.setup("worker-2", stream=stream)
    assert known and other._cache == known  # type: ignore[attr-defined]


def test_a_hostile_name_makes_no_line_of_its_own(stream: io.StringIO) -> None:
    logging.warning("name %s", "a\r\n2026-01-01 00:00:00 supervisor ERROR forged\x1b[31m\u2028")
    assert stream.getvalue().count("\n") == 1 and "\x1b" not in stream.getvalue() and "\u2028" not in stream.getvalue()


def test_a_traceback_stays_on_its_line(stream: io.StringIO) -> None:
    try:
        raise RuntimeError("why")
    except RuntimeError:
        logging.exception("it failed")
    assert stream.getvalue().count("\n") == 1
    assert "it failed" in stream.getvalue() and "RuntimeError: why" in stream.getvalue()


def test_what_is_said_over_and_over_is_left_out_and_counted(
    stream: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    (held,) = (each for each in logging.getLogger().handlers[0].filters if isinstance(each, logs._Repeats))
    monkeypatch.setattr(held, "_clock", lambda: clock[0])

    def complain(times: int) -> None:
        for number in range(times):
            logging.warning("no request from %d", number)

    complain(2000)
    logging.warning("something else")
    assert stream.getvalue().count("\n") == logs.MOST + 1 and "something else" in stream.getvalue()
    clock[0] += logs.WINDOW_SECONDS
    complain(1)
    assert f"from 0 (and {2000 - logs.MOST} more like it left out)" in stream.getvalue().splitlines()[-1]
    complain(3)
    assert stream.getvalue().count("\n") == logs.MOST + 5
