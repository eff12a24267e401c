# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale doctor`: the findings, printed."""

import sys
import textwrap
from dataclasses import asdict

from appliance import cli_print, cli_state
from appliance import doctor as findings

_SIGNS = {findings.OK: "ok  ", findings.WARNING: "note", findings.BAD: "BAD "}
_COLOURS = {findings.OK: "\033[32m", findings.WARNING: "\033[33m", findings.BAD: "\033[31m"}


def doctor(state: cli_state.State = None, json: cli_state.Json = False) -> int:
    """What is wrong, and the cure; exits 1 when something is bad."""
    found = findings.examine(cli_state.directory(state))
    verdict = findings.worst(found)
    if json:
        cli_print.as_json({"state": verdict, "findings": [asdict(finding) for finding in found]})
    else:
        for finding in found:
            print(render(finding, colour=sys.stdout.isatty()))
    return 1 if verdict == findings.BAD else 0


def render(finding: findings.Finding, colour: bool = False) -> str:
    """A finding as text: the sign, the sentence, and the cure below it."""
    sign = _SIGNS[finding.state]
    if colour:
        sign = f"{_COLOURS[finding.state]}{sign}\033[0m"
    lines = [f"{sign}  {cli_print.harmless(finding.text)}"]
    if finding.state != findings.OK and finding.cure:
        # A command in a cure must not be cut in two where it is long.
        paragraph = textwrap.TextWrapper(110, "      → ", " " * 8, break_long_words=False, break_on_hyphens=False)
        lines += paragraph.wrap(cli_print.harmless(finding.cure))
    return "\n".join(lines)
