# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale doctor`: the findings, printed."""

import sys
import textwrap
from dataclasses import asdict

from appliance.doctor import examine
from appliance.doctor.examined import BAD, OK, WARNING, Finding
from appliance.terminal import context, printing
from store.base.languages import tell_here
from store.base.sentences import say

_SIGNS = {OK: say("ok"), WARNING: say("note"), BAD: say("BAD")}
_COLOURS = {OK: "\033[32m", WARNING: "\033[33m", BAD: "\033[31m"}


def doctor(state: context.State = None, json: context.Json = False) -> int:
    """What is wrong, and the cure; exits 1 when something is bad."""
    findings = examine.examine(context.directory(state))
    verdict = examine.worst(findings)
    if json:
        printing.as_json({"state": verdict, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            print(render(finding, colour=sys.stdout.isatty()))
    return 1 if verdict == BAD else 0


def render(finding: Finding, colour: bool = False) -> str:
    """A finding as text: the sign, the sentence, and the cure below it."""
    sign = f"{tell_here(_SIGNS[finding.state]):4}"
    if colour:
        sign = f"{_COLOURS[finding.state]}{sign}\033[0m"
    lines = [f"{sign}  {printing.harmless(tell_here(finding.text))}"]
    if finding.state != OK and finding.cure:
        # A command in a cure must not be cut in two where it is long.
        paragraph = textwrap.TextWrapper(110, "      → ", " " * 8, break_long_words=False, break_on_hyphens=False)
        lines += paragraph.wrap(printing.harmless(tell_here(finding.cure)))
    return "\n".join(lines)
