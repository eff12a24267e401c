# SPDX-License-Identifier: GPL-3.0-or-later
"""What every command has in common: its options, and config.db opened or a sentence why not."""

import os
import pwd
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance import errors
from appliance.errors import Complaint
from appliance.process import privilege
from store.base.sentences import say
from store.config import settings
from store.history import acting
from store.history.acting import Acting, Origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.config.engine import Engine

MAX_USER = 32  # characters of a user's name, as Linux has it
State = Annotated[str | None, typer.Option("--state", metavar="DIR", help="The state directory.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def alone(context: typer.Context, state: str | None) -> bool:
    """Whether a group of commands was called without any of them; one that follows has the group's `--state`."""
    if state:
        os.environ["TELLTALE_STATE"] = state
    return context.invoked_subcommand is None


def directory(option: str | None) -> Path:
    """The state directory that is meant."""
    return settings.state_dir(option, os.environ)


def config(option: str | None, *, become_owner: bool = True) -> Path:
    """The state directory, which holds a config.db; root becomes its owner. Raises Complaint when there is none."""
    return _holding("config.db", option, become_owner=become_owner)


def log(option: str | None) -> Path:
    """The same of one that holds a query log, with or without a config.db beside it."""
    return _holding("querylog.db", option, become_owner=True)


def engine(option: str | None) -> "Engine":
    """The engine for edits of config.db. Raises Complaint when there is none."""
    who = user()
    state = config(option)
    from store.config.session import engine as open_engine

    acting.begin(Acting(Origin.COMMAND, say("{user} at the command line", user=who)))
    return open_engine(state)


def edit_in_child(edit: "Callable[[], None]") -> None:
    """Let a child edit, which becomes the owner of the state directory as `engine` has it: this process keeps its
    powers. What goes wrong is told there; then this process ends with the child's code (typer.Exit)."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = errors.tell(lambda: edit())
        finally:
            os._exit(code)
    if code := os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
        raise typer.Exit(abs(code))


def leads_here(option: str | None) -> "Callable[[str], bool]":
    """Whether an upstream's spec is the appliance that this state directory is of."""
    from store.base import status
    from store.config import usable_settings
    from store.local import forwards

    state = directory(option)
    supervisor = status.read_live(status.find_run_dir(state, os.environ)).supervisor
    return forwards.leads_here(usable_settings.load(state, os.environ).dns, supervisor)


def _holding(file: str, option: str | None, *, become_owner: bool) -> Path:
    state = directory(option)
    try:
        if become_owner:
            privilege.become_owner(state)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise Complaint(say(
            "{state} cannot be used ({error}); are you the user that runs Telltale?", state=state, error=error.strerror
        )) from None
    try:
        there = (state / file).is_file()
    except OSError as error:
        raise Complaint(say(
            "{state} cannot be read ({error}); are you the user that runs Telltale?", state=state, error=error.strerror
        )) from None
    if not there:
        raise Complaint(say(
            "There is no Telltale in {state}; start it once with `telltale run`, or name its place with --state DIR.",
            state=state,
        ))
    return state


def user() -> str:
    """Who called, also where sudo made them root."""
    if os.geteuid() == 0 and (called_by := os.environ.get("SUDO_USER")):
        return called_by[:MAX_USER]
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
