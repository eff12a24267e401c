# SPDX-License-Identifier: GPL-3.0-or-later
"""All commands put together: the help of `telltale` shows this list."""

import importlib
import os
import re
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from appliance.cli import (
    access_command,
    backup_command,
    certificate_command,
    changes_command,
    devices_command,
    dhcp_command,
    doctor_command,
    except_command,
    explain_command,
    forwards_command,
    gateway_command,
    groups_command,
    install_command,
    lists_command,
    pause_command,
    records_command,
    rules_command,
    safe_search_command,
    schedules_command,
    services_command,
    users_command,
    wall_command,
)
from appliance.errors import Complaint
from appliance.evidence_cli import evidence_command, log_command
from appliance.start.usage_words import complaint
from appliance.terminal import help_texts, version_told
from appliance.terminal.quick import QUICK
from store.base.sentences import say

ABOUT = """Telltale answers the home's DNS, blocks known telemetry, and shows who reports to whom.

Every command takes --state DIR (else TELLTALE_STATE), --language TAG and --debug; those that print data take --json.
"""

app = typer.Typer(help=ABOUT, add_completion=False, rich_markup_mode=None, no_args_is_help=False)


def _tell_version(wanted: bool) -> None:
    if wanted:
        version_told.show([], os.environ)
        raise typer.Exit


@app.callback(invoke_without_command=True)
def telltale(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="The version, and which code runs.", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    """Shown in full by --help."""
    if context.invoked_subcommand is None:
        print(context.get_help())


def run(arguments: Sequence[str]) -> int:
    """Run one command; raise Complaint for arguments that make no sense."""
    try:
        code = help_texts.spoken(app)(list(arguments), prog_name="telltale", standalone_mode=False)
    except TyperException as error:
        what = complaint(error.format_message())
        prog = context.command_path if (context := getattr(error, "ctx", None)) else "telltale"
        if prog != "telltale":
            raise Complaint(say("{text}; `{prog} --help` shows what it takes.", text=what, prog=prog)) from None
        raise Complaint(say("{what}; `telltale --help` shows what there is.", what=what)) from None
    except typer.Abort:
        return 130
    except OverflowError:
        if not any(map(_is_beyond_databases, arguments)):
            raise
        raise Complaint(say("Nothing here has a number that large.")) from None
    return code if isinstance(code, int) else 0


def _is_beyond_databases(argument: str) -> bool:
    """Whether an argument is a number that SQLite, with its 64 bits, cannot hold."""
    text = argument.rpartition("=")[2]
    return re.fullmatch(r"-?[0-9]{19,4000}", text) is not None and not -(2**63) <= int(text) < 2**63


def _quick(name: str, about: str) -> None:
    """Let the help name a command that `main` runs without this library."""

    def delegate(context: typer.Context) -> int:
        return int(importlib.import_module(QUICK[name]).main(context.args))

    delegate.__doc__ = about
    settings = {"allow_extra_args": True, "ignore_unknown_options": True}
    app.command(name, context_settings=settings, add_help_option=False)(delegate)


_quick("run", "Run the appliance in the foreground.")
_quick("demo", "The appliance with a simulated household, on loopback only.")
app.command("install")(install_command.install)
app.command("uninstall")(install_command.uninstall)
app.add_typer(lists_command.app, name="lists")
app.command("explain")(explain_command.explain)
app.add_typer(devices_command.app, name="devices")
app.add_typer(groups_command.app, name="groups")
app.add_typer(services_command.app, name="services")
app.add_typer(safe_search_command.app, name="safe-search")
app.add_typer(rules_command.app, name="rules")
app.command("pause")(pause_command.pause)
app.command("resume")(pause_command.resume)
app.command("pauses")(pause_command.show)
app.command("except")(except_command.let_through)
app.add_typer(except_command.requests, name="requests")
app.add_typer(schedules_command.app, name="schedules")
app.add_typer(records_command.app, name="records")
app.add_typer(forwards_command.app, name="forwards")
app.add_typer(dhcp_command.app, name="dhcp")
app.add_typer(wall_command.app, name="wall")
app.add_typer(certificate_command.app, name="certificate")
app.add_typer(gateway_command.app, name="gateway")
app.add_typer(evidence_command.app, name="evidence")
app.add_typer(log_command.app, name="log")
app.add_typer(access_command.app, name="token")
app.command("password")(access_command.password)
app.add_typer(users_command.app, name="users")
app.command("changes")(changes_command.changes)
app.command("undo")(changes_command.undo)
app.command("backup")(backup_command.backup)
app.command("restore")(backup_command.restore)
app.command("doctor")(doctor_command.doctor)
_quick("health", "Whether DNS answers and is recorded; exits 0 when so.")
