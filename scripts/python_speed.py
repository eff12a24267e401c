# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether Telltale can run with the interpreter that runs this, and how fast that is: scripts/choose-python.sh asks.

    python3.12 scripts/python_speed.py look      its real path, or exit 1 and why it will not do
    python3.12 scripts/python_speed.py measure   nanoseconds a query, version and real path

Measured is what a query costs most of in a worker: our reader of packets, slices of bytes, a dict asked by them. It
takes a third of a second, and the fastest of many short spans counts, which whatever else runs disturbs the least. How
an interpreter was built would say less: Debian's tells nothing of its profile and its link-time optimisation.
"""

import os
import stat
import sys
import sysconfig
import time
from pathlib import Path

HOUSE = Path(__file__).parents[1]
OLDEST = (3, 11)
WANTED = ("ctypes", "ensurepip", "sqlite3", "ssl", "venv", "zlib")  # one built by hand happily goes without some
# ProtectHome and PrivateTmp of deploy/telltale.service hide these from the service, wherever they really lie.
HOMES = tuple(map(Path, ("/home", "/root", "/run/user")))
PASSING = tuple(map(Path, ("/tmp", "/var/tmp")))  # noqa: S108 - nothing is made there
SECONDS = 0.3
QUERIES = 200  # in a span of about a millisecond


def why_not(base: Path, uid: int, home: Path) -> str:
    """What keeps Telltale from running with this interpreter, in a few words; empty when nothing does."""
    if sys.version_info < OLDEST:
        return "is older than 3.11"
    if sys.version_info.releaselevel != "final":
        return "is not finished"
    for module in WANTED:
        try:
            __import__(module)
        except ImportError:
            return "lacks the module " + module
    try:
        __import__("ensurepip").version()  # some systems ship it without what it installs
    except Exception:
        return "lacks what ensurepip installs"
    hidden = (why_hidden(path.resolve(), uid, home) for path in (base, Path(sysconfig.get_path("stdlib"))))
    return next(filter(None, hidden), "")


def why_hidden(path: Path, uid: int, home: Path) -> str:
    """Why others than who types this could not read it; empty when they can. One's own home is for oneself alone."""
    if uid and path.is_relative_to(home):
        return ""
    if any(path.is_relative_to(folder.resolve()) for folder in HOMES):
        return "lies in a home, where a service may not look"
    if any(path.is_relative_to(folder.resolve()) for folder in PASSING):
        return "lies among what is temporary"
    readable = path.stat().st_mode & stat.S_IROTH
    entered = all(part.stat().st_mode & stat.S_IXOTH for part in (path, *path.parents))
    return "" if readable and entered else "may not be read by everybody"


def measure(seconds: float = SECONDS) -> float:
    """Nanoseconds of processor time that reading a question, and looking it up, takes at best."""
    sys.path.insert(0, str(HOUSE))
    os.environ["TELLTALE_COMPILED"] = "off"  # machine code that was made for one of them would decide it
    from wire.message import parse_question

    queries = [query(b"name%d" % number) for number in range(QUERIES)]
    memo = {packet[2:]: packet for packet in queries}
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        begun = time.process_time_ns()
        for packet in queries:
            parse_question(packet)
            memo.get(packet[2:])
        best = min(best, time.process_time_ns() - begun)
    return best / QUERIES


def query(label: bytes) -> bytes:
    """One for an address, with an EDNS record, as phones send it."""
    name = bytes([len(label)]) + label + b"\x07example\x03com\x00"
    edns = b"\x00\x00\x29\x04\xd0" + bytes(6)
    return b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01" + name + b"\x00\x01\x00\x01" + edns


def main() -> int:
    """Print what was asked for; 1 when this interpreter will not do."""
    base = Path(getattr(sys, "_base_executable", "") or sys.executable)  # of a virtual environment, what it came from
    if why := why_not(base, os.getuid(), Path.home()):
        print(f"{base} {why}", file=sys.stderr)
        return 1
    if sys.argv[1:] == ["measure"]:
        print(f"{measure():.0f} {sys.version.split()[0]} {base.resolve()}")
    else:
        print(base.resolve())
    return 0


if __name__ == "__main__":
    sys.exit(main())
