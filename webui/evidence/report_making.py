# SPDX-License-Identifier: GPL-3.0-or-later
"""A report made for the web: by a process of its own, into a file that goes once it was sent."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from fastapi import Request
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from evidence.report import report_jobs
from evidence.report.report_jobs import Wanted
from evidence.report.report_style import POLICY
from evidence.whatif.whatif_jobs import Busy
from store.base.sentences import say, sentence_of
from webui.evidence import whatif_asking
from webui.http.language import language
from webui.http.problems import Problem
from webui.http.state import WebUi

# It is shown by its own policy, and as if it came from elsewhere: whatever stands in it, it reaches nothing of ours.
HTML_POLICY = f"{POLICY}; frame-ancestors 'none'; sandbox"


def made(
    request: Request, ui: WebUi, device: int | None, company: str | None, from_us: int, to_us: int, html: bool,
    test: int | None = None,
) -> FileResponse:  # fmt: skip
    """The file, as long as that takes. Raises Problem."""
    if sum(map(bool, (device, company, test))) != 1:
        raise Problem(422, say("A report is about a device or about a company, or of an idle test: say one of them."))
    wanted = Wanted(device, company or None, from_us, to_us, html, language(request), test)
    number, name = tempfile.mkstemp(prefix="telltale-report-")
    os.close(number)
    path = Path(name)
    try:
        job = report_jobs.start(ui.questions, ui.state, ui.environ, wanted, path)
        report = whatif_asking.waited(ui, job)
    except Busy as error:
        path.unlink(missing_ok=True)
        raise Problem(503, sentence_of(error), {"Retry-After": "5"}) from None
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    file_name = report_jobs.file_name(report.title, time.strftime("%Y-%m-%d"), html)
    return FileResponse(
        path, media_type="text/html; charset=utf-8" if html else "application/json",
        headers={"Content-Security-Policy": HTML_POLICY} if html else {},
        content_disposition_type="inline" if html else "attachment", filename=file_name,
        background=BackgroundTask(path.unlink, missing_ok=True),
    )  # fmt: skip
