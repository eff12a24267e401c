# SPDX-License-Identifier: GPL-3.0-or-later
"""The command `telltale`: which command it is, and how its errors are told.

`run`, `demo` and `health` are routed from here without the command line library: two of them live on, and the third is
asked every half minute by a container. All other commands are in the `…_command` files, loaded when one is called.
"""

import contextlib
import importlib
import os
import sys
from collections.abc import Sequence

from appliance import errors
from appliance.errors import Complaint
from appliance.terminal.encodings import make_plain
from appliance.terminal.quick import QUICK
from native import crash_mark
from store.base import languages
from store.base.private_files import keep_private, meant
from store.base.sentences import say


def main(argv: Sequence[str] | None = None) -> int:
    """Entry of the command; returns the exit code. Errors are one sentence on standard error."""
    keep_private()
    arguments = list(sys.argv[1:] if argv is None else argv)
    make_plain()
    return errors.tell(lambda: dispatch(arguments))


def dispatch(arguments: list[str]) -> int:
    """Run the command that the arguments name; raise what it raises."""
    rest = in_language(front(arguments))
    heed_crashes(rest)
    speak_as_the_house(rest)
    if "--debug" in rest[:1] or "--debug" in rest[1:]:
        os.environ["TELLTALE_DEBUG"] = "1"
    if [word for word in rest if word != "--debug"][:1] == ["--version"]:
        from appliance.terminal import version_told

        version_told.show(rest, os.environ)
        return 0
    if rest and (module := QUICK.get(rest[0])):
        return int(importlib.import_module(module).main(rest[1:]))
    from appliance.cli import commands

    return commands.run([argument for argument in rest if argument != "--debug"])


def in_language(arguments: list[str]) -> list[str]:
    """Take `--language TAG` from wherever it stands and put it into the environment; return the rest."""
    at = next((at for at, word in enumerate(arguments) if word.partition("=")[0] == "--language"), None)
    if at is None:
        return arguments
    joined, (_, equals, tag) = arguments[at], arguments[at].partition("=")
    after = at + 1 if equals else at + 2
    tag = tag if equals else "".join(arguments[at + 1 : after])
    if tag not in languages.available():
        offered = ", ".join(languages.available())
        raise Complaint(say("{option} needs one of {offered}.", option=joined.partition("=")[0], offered=offered))
    os.environ[languages.VARIABLE] = tag
    return in_language(arguments[:at] + arguments[after:])


def speak_as_the_house(arguments: list[str]) -> None:
    """Where nobody at this terminal wishes a language, it is the setting `language` of the state that is meant."""
    if languages.wished(os.environ):
        return
    from store.config import settings

    with contextlib.suppress(RuntimeError):  # a home that is none, as in ~nobody
        languages.speak_as_the_house(settings.language_of(meant(arguments, os.environ)))


def heed_crashes(arguments: list[str]) -> None:
    """Leave machine code alone that has crashed in this house, and have the appliance note when it dies of it.

    Nothing that may be machine code is imported before.
    """
    with contextlib.suppress(RuntimeError):
        state = meant(arguments, os.environ)
        crash_mark.heed(state, os.environ)
        if arguments[:1] == ["run"] and not {"-h", "--help"} & set(arguments):
            crash_mark.arm(state, os.environ)


def front(arguments: list[str]) -> list[str]:
    """Take `--state DIR` from before the command and put it into the environment; return the rest."""
    if arguments[:1] == ["--state"]:
        if len(arguments) < 2:
            raise Complaint(say("--state needs a directory after it."))
        os.environ["TELLTALE_STATE"] = arguments[1]
        return front(arguments[2:])
    if arguments and arguments[0].startswith("--state="):
        os.environ["TELLTALE_STATE"] = arguments[0].partition("=")[2]
        return front(arguments[1:])
    return arguments


if __name__ == "__main__":
    sys.exit(main())
