# SPDX-License-Identifier: GPL-3.0-or-later
"""A forked child is as clean as a fresh process: its descriptors, signals, environment and exit are its own."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from waiting import HANG_SECONDS, until

from appliance.process import forking

pytestmark = pytest.mark.process


def main(words: tuple[str, ...]) -> object:
    """What the children of these tests do: a line of Python, whose `left` is what it leaves with."""
    names: dict[str, object] = {}
    exec(words[0], names)
    return names.get("left")


@pytest.fixture
def child() -> Callable[..., forking.Forked]:
    sys.modules["forked_child"] = sys.modules[__name__]

    def start(code: str, *fds: int, settle: Callable[[], object] = lambda: None) -> forking.Forked:
        environ = {"PATH": os.environ["PATH"], "MARK": "7"}
        return forking.fork("role-1", "forked_child", (code,), fds, environ, lambda: settle() and None)

    return start


Start = Callable[..., forking.Forked]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("pass", 0),
        ("left = 3", 3),
        ("raise SystemExit", 0),
        ("raise SystemExit(4)", 4),
        ("raise KeyboardInterrupt", 130),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
    ],
)
def test_its_exit_code_is_that_of_an_interpreter(child: Start, code: str, expected: int) -> None:
    assert child(code).wait(HANG_SECONDS) == expected


# pytest's own standard streams have other numbers than 1 and 2, so these look from outside.
PARENT = """
import os, sys
from appliance.process import forking
def main(words):
    exec(words[0])
sys.stdout.write("ours ")
code = forking.fork("role-1", "__main__", (sys.argv[1],), (), os.environ, lambda: None).wait(120)
print(code)
"""


def parent(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", PARENT, code], capture_output=True, text=True, check=True)


def test_what_it_raises_is_told_and_stays_in_it() -> None:
    done = parent("raise ValueError('out of order')")
    assert "ValueError: out of order" in done.stderr
    assert done.stdout == "ours 1\n"


def test_what_is_said_is_said_once() -> None:
    assert parent("print('theirs')").stdout == "ours theirs\n0\n"


def test_a_sentence_to_leave_with_is_told() -> None:
    done = parent("raise SystemExit('It cannot be.')")
    assert (done.stdout, done.stderr) == ("ours 1\n", "It cannot be.\n")


def test_it_has_the_descriptors_it_is_given_and_no_other(child: Start) -> None:
    kept, closed = os.pipe()[1], os.pipe()[0]
    code = (
        "import os\n"
        "def is_open(fd):\n"
        "    try: os.fstat(fd)\n"
        "    except OSError: return False\n"
        "    return True\n"
        f"left = 0 if [is_open(fd) for fd in (0, 1, 2, {kept}, {closed})] == [True] * 4 + [False] else 1\n"
        "left |= 2 * bool(os.read(0, 1))"
    )
    assert child(code, kept).wait(HANG_SECONDS) == 0


def test_it_has_its_own_environment_and_words(child: Start) -> None:
    code = (
        "import os, sys\n"
        "found = os.environ['MARK'], 'HOME' in os.environ, sys.argv[0]\n"
        "left = 0 if found == ('7', False, 'forked_child') else 1"
    )
    assert child(code).wait(HANG_SECONDS) == 0
    assert "MARK" not in os.environ


def test_a_signal_to_it_is_none_to_us(child: Start) -> None:
    ours: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: ours.append(number))
    try:
        one = child("import signal; signal.pause()")
        one.terminate()
        assert one.wait(HANG_SECONDS) == -signal.SIGTERM
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ours == []


def test_a_signal_that_comes_before_it_can_hear_ends_it(child: Start) -> None:
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        one = child("import signal; signal.pause()", settle=lambda: os.kill(os.getpid(), signal.SIGTERM))
        assert one.wait(HANG_SECONDS) == -signal.SIGTERM
    finally:
        signal.signal(signal.SIGTERM, before)


def test_it_has_settled_when_its_start_is_over_or_there_is_none(child: Start) -> None:
    one = child("import signal; signal.pause()", settle=lambda: os.setpgid(0, 0))
    assert os.getpgid(one.pid) == one.pid
    one.kill()
    one.wait(HANG_SECONDS)
    with pytest.raises(OSError, match="no such power"):
        child("pass", settle=lambda: (_ for _ in ()).throw(ValueError("no such power")).__next__())
    with pytest.raises(OSError, match="ended at once"):
        child("pass", settle=lambda: os._exit(1))


def test_signals_reach_us_again_afterwards(child: Start) -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    assert child("pass").wait(HANG_SECONDS) == 0
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before


def test_no_two_children_draw_the_same_numbers(child: Start) -> None:
    """Ids and ports of queries come from there: siblings that agreed would give each other's away."""
    random.seed(1)
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb", buffering=0) as drawn:
        code = f"import os, random; os.write({writer}, random.randbytes(8))"
        for one in [child(code, writer), child(code, writer)]:
            assert one.wait(HANG_SECONDS) == 0
        os.close(writer)
        both = drawn.read()
    assert len(both) == 16
    assert both[:8] != both[8:]


def test_it_is_listed_under_its_role(child: Start) -> None:
    one = child("import signal; signal.pause()")
    try:
        until(lambda: Path(f"/proc/{one.pid}/comm").read_text() == "role-1\n")
        until(lambda: Path(f"/proc/{one.pid}/cmdline").read_text().startswith("telltale role"))
    finally:
        one.kill()
        one.wait(HANG_SECONDS)


def test_threads_that_are_still_at_work_are_waited_for(child: Start) -> None:
    reader, writer = os.pipe()
    code = (
        "import os, threading, time\n"
        f"def late(): time.sleep(0.2); os.write({writer}, b'done')\n"
        "threading.Thread(target=late).start()"
    )
    assert child(code, writer).wait(HANG_SECONDS) == 0
    os.close(writer)
    with os.fdopen(reader, "rb", buffering=0) as said:
        assert said.read() == b"done"


def test_one_that_does_not_end_in_time_is_told_of(child: Start) -> None:
    one = child("import signal; signal.pause()")
    with pytest.raises(subprocess.TimeoutExpired):
        one.wait(0.05)
    one.kill()
    assert one.wait(HANG_SECONDS) == -signal.SIGKILL
    one.terminate()  # its number may be another's by now


def test_a_secret_that_is_taken_is_gone_from_where_others_look() -> None:
    code = (
        "import os\nfrom appliance.process import forking\n"
        "assert forking.take(os.environ, 'SECRET') == 'swordfish'\n"
        "assert forking.take(os.environ, 'SECRET') is None\n"
        "print(open('/proc/self/environ').read(), dict(os.environ), os.popen('env').read())"
    )
    environ = {**os.environ, "SECRET": "swordfish"}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert "swordfish" not in done.stdout
    assert "PATH" in done.stdout


def test_a_secret_is_taken_from_any_mapping() -> None:
    environ = {"SECRET": "swordfish", "OTHER": "1"}
    assert forking.take(environ, "SECRET") == "swordfish"
    assert environ == {"OTHER": "1"}


def test_what_is_loaded_is_left_alone_and_what_is_not_installed_is_passed_over() -> None:
    code = (
        "import gc, sys\nfrom appliance.process import forking\nforking.load(('colorsys', 'no_such_module'))\n"
        "print('colorsys' in sys.modules, gc.get_freeze_count() > 1000)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True True\n"


def test_what_children_would_each_make_for_themselves_is_made_once() -> None:
    code = (
        "import os\nfrom functools import cache\nfrom appliance.process import forking\n"
        "@cache\ndef made():\n    return os.getpid()\n"
        "forking.load((), make=(made,))\n"
        "pid = os.fork()\n"
        "if not pid:\n    os._exit(made() == os.getpid())\n"
        "print(os.waitpid(pid, 0)[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"
