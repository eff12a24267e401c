# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence`: the group of commands; each part adds its own here, in a line."""

import typer

from appliance.evidence_cli import (
    findings_command,
    idle_test_command,
    name_command,
    report_command,
    updates_command,
    verify_command,
    whatif_command,
    worth_command,
)

app = typer.Typer(help="Who the home's devices report to, proven.", rich_markup_mode=None, no_args_is_help=True)
findings_command.register(app)
whatif_command.register(app)
idle_test_command.register(app)
verify_command.register(app)
worth_command.register(app)
updates_command.register(app)
name_command.register(app)
report_command.register(app)
