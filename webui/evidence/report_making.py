# SPDX-License-Identifier: GPL-3.0-or-later
"""A report made for the web: by a process of its own, into a file without a name that goes once it was sent."""

from __future__ import annotations

import tempfile
import time

from fastapi import Request
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from evidence.report import asked_subject, report_jobs
from evidence.report.report_jobs import Wanted
from evidence.report.report_style import POLICY
from evidence.report_counts.subject import NoReport
from evidence.whatif.whatif_jobs import Busy
from store.base.sentences import say, sentence_of
from webui.evidence import whatif_asking, whose_view
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
    out = tempfile.TemporaryFile()  # noqa: SIM115 - without a name, so that nothing can be left behind; sent, then closed
    try:
        asked_subject.check(ui.state, wanted, lambda: whose_view.known_of(ui.state))
        job = report_jobs.start(ui.questions, ui.state, ui.environ, wanted, out)
        report = whatif_asking.waited(ui, job)
    except NoReport as error:
        out.close()
        raise Problem(422, sentence_of(error)) from None
    except Busy as error:
        out.close()
        raise Problem(503, sentence_of(error), {"Retry-After": "5"}) from None
    except BaseException:
        out.close()
        raise
    file_name = report_jobs.file_name(report.title, time.strftime("%Y-%m-%d"), html)
    return FileResponse(
        f"/proc/self/fd/{out.fileno()}", media_type="text/html; charset=utf-8" if html else "application/json",
        headers={"Content-Security-Policy": HTML_POLICY} if html else {},
        content_disposition_type="inline" if html else "attachment", filename=file_name,
        background=BackgroundTask(out.close),
    )  # fmt: skip
