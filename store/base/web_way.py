# SPDX-License-Identifier: GPL-3.0-or-later
"""What the supervisor and the pages' process say to each other over the way between them.

A message over the way is a word, with a connection where it hands one over:

    `ready PID`      the pages' process listens now; what was taken for it meanwhile may come
    `tcp`            a connection to the web port, of which nothing was read
    `ADDRESS PORT`   one end of a pair, from the process that ends HTTPS: who asks at the other end of it

Connections go both ways: to the process what came while it was not there; back from it what is open and silent when it
falls asleep, so that whoever is at the other end notices nothing.
"""

TCP = b"tcp"
# Over a connection from the process that ends HTTPS, which waits some seconds for it: whoever took it lives.
HAVE_IT = b"HTTP/1.1 102 Processing\r\n\r\n"
MAX_WORD = 100  # bytes; an address and a port are less
_READY = b"ready "


def ready_word(pid: int) -> bytes:
    """That this process listens."""
    return _READY + str(pid).encode("ascii")


def ready_pid(word: bytes) -> int | None:
    """Which process says that it listens; None for another word."""
    number = word.removeprefix(_READY)
    return int(number) if number != word and number.isdigit() else None


def peer(word: bytes) -> tuple[str, int] | None:
    """Who asks, of an `ADDRESS PORT`; None for another word."""
    address, _, port = word.decode("ascii", "replace").partition(" ")
    return (address, int(port)) if address and port.isdecimal() and port.isascii() else None
