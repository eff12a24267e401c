# SPDX-License-Identifier: GPL-3.0-or-later
"""What `--help` says: the docstrings of commands and the texts of options, in the language of the terminal.

They stand in the source as the command line library reads them. `make messages` walks the same commands, so each is in
the catalogue without being marked.
"""

import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import typer
from typer.main import get_command

from appliance.start.usage_words import help_here
from store.base import languages
from store.base.sentences import recall


def spoken(app: typer.Typer) -> Any:
    """The command that the library makes of `app`, ready to be called; made once for each language."""
    return _spoken(app, languages.of_process(os.environ))


@cache  # a process speaks one language; tests speak several
def _spoken(app: typer.Typer, language: str) -> Any:
    command = get_command(app)
    if language != languages.ENGLISH:
        for holder in holders(command):
            holder.help = languages.tell(recall(holder.help), language)
        for each in _commands(command):
            each.get_help = _told(each.get_help)
    return command


def holders(command: Any) -> Iterator[Any]:
    """Every command, argument and option below this one that has a `help`."""
    yield from (holder for holder in (command, *command.params) if getattr(holder, "help", None))
    for inner in getattr(command, "commands", {}).values():
        yield from holders(inner)


def _commands(command: Any) -> Iterator[Any]:
    yield command
    for inner in getattr(command, "commands", {}).values():
        yield from _commands(inner)


def _told(get_help: Callable[[Any], str]) -> Callable[[Any], str]:
    """The library's way to a help text, with its own words told as well."""
    return lambda context: help_here(get_help(context))
