# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence report`: what a device, or a company, did in the home, as one file that can be checked."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from appliance.errors import Complaint
from appliance.evidence_cli.asked_device import number_of
from appliance.evidence_cli.asked_range import From, To, span_of
from appliance.evidence_cli.whatif_command import answered
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from appliance.terminal.out_file import OutFile
from blocklists.whose import home_facts
from evidence.report import asked_subject, report_jobs
from evidence.report.report_jobs import Made, Wanted
from evidence.report_counts.subject import NoReport
from store.base import languages
from store.base.sentences import say, sentence_of

DEFAULT_FROM = "-30d"
SUFFIXES = {".html": True, ".htm": True, ".json": False}

Device = Annotated[str | None, typer.Option("--device", metavar="DEVICE", help="Of this device, by number or name.")]
Company = Annotated[str | None, typer.Option("--company", metavar="NAME", help="Of this company's names.")]
Test = Annotated[int | None, typer.Option("--test", metavar="ID", help="Of this idle test.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="FILE.html or FILE.json; else a summary.")]


def report(
    device: Device = None, company: Company = None, test: Test = None, from_: From = DEFAULT_FROM, to: To = "now",
    out: Out = None,
    state: cli_context.State = None, json: cli_context.Json = False,
) -> None:  # fmt: skip
    """Who a device reports to, or what a company is told by this home: one file, for anybody to read and check.

    Works with the query log alone, too, without a running appliance. `telltale evidence verify FILE` checks it.
    """
    if sum(about is not None for about in (device, company, test)) != 1:
        raise Complaint(say("Say what the report is about: --device DEVICE, --company NAME or --test ID."))
    if out is not None and out.suffix.lower() not in SUFFIXES:
        raise Complaint(say("{file} is neither HTML nor JSON; let its name end in .html or .json.", file=out.name))
    from_us, to_us = span_of(from_, to)
    html = out is not None and SUFFIXES[out.suffix.lower()]
    asked = number_of(cli_context.directory(state), device)
    wanted = Wanted(asked, company, from_us, to_us, html, languages.of_process(os.environ), test)
    # Opened before root becomes the owner of the state directory, who may not write there.
    target = None if out is None else _opened(out, cli_context.directory(state))
    try:
        made = _make(cli_context.log(state), wanted, target, json)
    finally:
        if target is not None:
            target.close()
    if target is not None and out is not None:
        printing.tell(say("{file}: the report of {title}, sha256 {digest}.", file=out,
                          title=printing.harmless(made.title), digest=made.sha256))  # fmt: skip
    elif not json:
        for sentence in made.summary:
            print(printing.harmless(sentence))


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    app.command("report")(report)


def _make(directory: Path, wanted: Wanted, target: OutFile | None, to_stdout: bool) -> Made:
    try:
        asked_subject.check(directory, wanted, lambda: home_facts.load(directory))
    except NoReport as error:
        raise Complaint(sentence_of(error)) from None
    with tempfile.TemporaryFile() as source:  # without a name: whatever ends us leaves nothing behind
        made: Made = answered(lambda jobs: report_jobs.start(jobs, directory, os.environ, wanted, source))
        source.seek(0)
        if target is not None:
            _written(source, target)
        elif to_stdout:
            shutil.copyfileobj(source, sys.stdout.buffer)
            sys.stdout.buffer.flush()
    return made


def _opened(out: Path, state: Path) -> OutFile:
    """What is there stays until the report is made."""
    try:
        return OutFile(out, state.stat().st_uid if state.is_dir() else 0)
    except OSError as error:
        raise Complaint(say("{file} cannot be written ({error}).", file=out, error=error.strerror)) from None


def _written(source: BinaryIO, target: OutFile) -> None:
    try:
        target.write(source)
    except OSError as error:
        raise Complaint(say("The report cannot be written ({error}).", error=error.strerror)) from None
