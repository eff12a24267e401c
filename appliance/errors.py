# SPDX-License-Identifier: GPL-3.0-or-later
"""How trouble is told to a person: one plain sentence that names the cure, and never a traceback."""

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from store.base.languages import tell_here
from store.base.sentences import say, sentence_of

DETAILS_FILE = "telltale-error.log"
_TEMPORARY = "/tmp"  # noqa: S108 - the file is made anew, see below; nothing can be imported any more when all is wrong


class Complaint(Exception):  # noqa: N818 - named for what it is to the person who reads it
    """Something that a person can put right; the text is one plain sentence that names the cure."""


def tell(action: Callable[[], int | None]) -> int:
    """Run an action and return its exit code; every exception becomes one sentence on standard error.

    `TELLTALE_DEBUG` in the environment shows the traceback instead of hiding it in a file.
    """
    try:
        return action() or 0
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader (`| head`) went away; the interpreter must not complain about it again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        print(f"telltale: {sentence(error)}", file=sys.stderr)
        return 1


def sentence(error: Exception) -> str:
    """The one sentence for an error: its own when it was written for people, else where the details are."""
    if os.environ.get("TELLTALE_DEBUG"):
        traceback.print_exception(error)
    if is_plain(error):
        return one_line(tell_here(sentence_of(error)))
    unexpected = say(
        "Something unexpected went wrong ({what}); {where}.", what=one_line(describe(error)), where=_keep_details(error)
    )
    return tell_here(unexpected)


def is_plain(error: Exception) -> bool:
    """Whether the error's text was written for people: ours, and those that the rooms define."""
    return isinstance(error, Complaint) or (
        type(error).__module__.partition(".")[0] in {"store", "blocklists", "resolver", "firewall", "dhcp", "webui"}
        and bool(str(error))
    )


def describe(error: Exception) -> str:
    """The error in a few words: `OSError: No space left on device`."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def one_line(text: str, limit: int = 400) -> str:
    """Text on one line, bounded: it may hold names that came from a network."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _keep_details(error: Exception) -> str:
    """Write the traceback beside other temporary files and say where."""
    path = Path(os.environ.get("TMPDIR") or _TEMPORARY) / f"{os.getuid()}-{DETAILS_FILE}"
    try:
        # A fresh file each time: another user's link under the same name must not be written through.
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            traceback.print_exception(error, file=file)
    except OSError:
        return say("run it again with --debug to see the details")
    return say("the details are in {path}, or run it again with --debug", path=path)
