# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking for a report: a process makes it, and writes it into a file that is the caller's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from evidence.whatif.whatif_jobs import WhatIfJob, WhatIfJobs
from store.base import argv

_COMMAND = tuple(argv.fresh_interpreter("evidence.report.report_process"))
MAX_STEM = 60  # characters of a report's file name


@dataclass(frozen=True, slots=True)
class Made:
    """A report that was written: about what, its sentences, and the digest at its end."""

    title: str = ""
    summary: tuple[str, ...] = ()
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: of a device or a company, [from, to) in µs, or of an idle test; `html`: else JSON."""

    device: int | None
    company: str | None
    from_us: int
    to_us: int
    html: bool
    language: str
    test: int | None = None


def start(
    jobs: WhatIfJobs, state: Path, environ: Mapping[str, str], wanted: Wanted, out: IO[bytes]
) -> WhatIfJob[Made]:
    """Begin to make it, into an empty file that is open, and may be without a name. Raises Busy."""
    request = {
        "state": str(state), "device": wanted.device, "company": wanted.company, "from_us": wanted.from_us,
        "to_us": wanted.to_us, "html": wanted.html, "language": wanted.language, "test": wanted.test,
        "out": out.fileno(),
    }  # fmt: skip
    return jobs.start_other(_COMMAND, Made, environ, request, [out.fileno()])


def file_name(title: str, day: str, html: bool) -> str:
    """`telltale-redmi-note-12-2026-11-29.html`: ASCII alone, whatever a thing is called."""
    stem = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:MAX_STEM].strip("-") or "report"
    return f"telltale-{stem}-{day}.{'html' if html else 'json'}"
