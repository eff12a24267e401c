# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that makes one report, niced and bounded, so that no page waits for it; it goes with whoever asked.

    python -m evidence.report.report_process
        one line of JSON in: state, device, company or test, from_us, to_us, language, html, out
        lines out: {"share": 0.3} … and {"effect": {…}} or {"fault": …}; the report itself goes into the open file `out`
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evidence.report import report_document, report_html, sealed
from evidence.report.report_document import Question
from evidence.report.report_jobs import Made
from evidence.report_counts.log_measures import TooMuch
from evidence.report_counts.subject import NoReport
from evidence.whatif.whatif_process import Teller, question_within
from store.base import languages, status
from store.base.file_faults import unusable
from store.base.sentences import packed, say, sentence_of
from store.log import readers

MAX_BYTES = 1024 * 1024 * 1024  # of addresses; it itself takes some 100 MiB
MAX_CPU_SECONDS = 1800


def main() -> int:
    """Make it, and end."""
    asked = question_within(MAX_BYTES, MAX_CPU_SECONDS)
    print(json.dumps(answer(asked, os.environ, Teller(sys.stdout))), flush=True)
    return 0


def answer(asked: Mapping[str, Any], environ: Mapping[str, str], progress: Teller) -> dict[str, Any]:
    """The last line: what came of it."""
    try:
        return {"effect": asdict(_made(asked, environ, progress))}
    except NoReport as error:
        return {"fault": packed(sentence_of(error))}
    except (MemoryError, TooMuch):
        return {"fault": packed(say("It would take more memory than it may; ask about fewer days."))}
    except OverflowError:
        return {"fault": packed(say("Nothing here has a number that large."))}
    except sqlite3.Error as error:
        return {"fault": packed(unusable(say("The query log"), error))}
    except OSError as error:
        return {"fault": packed(say("It could not be found out ({error}).", error=error.strerror or str(error)))}


def _made(asked: Mapping[str, Any], environ: Mapping[str, str], progress: Teller) -> Made:
    state, language = Path(asked["state"]), str(asked["language"])
    _wait_for_the_log(state, environ)
    span = int(asked["from_us"]), int(asked["to_us"])
    question = Question(asked["device"], asked["company"] or "", *span, language, asked.get("test"))
    values, subject = report_document.make(state, environ, question, time.time_ns() // 1000, progress)
    with os.fdopen(int(asked["out"]), "wb") as out:
        if asked["html"]:
            digest = sealed.write_html(out, report_html.parts(values, lambda text: languages.tell(text, language)))
        else:
            span = values["range"]
            rows = () if values.get("kept") else report_document.rows(state, subject, span["from_us"], span["to_us"])
            digest = sealed.write_json(out, values, rows)
    return Made(values["subject"]["title"], tuple(values["summary"]), digest)


def _wait_for_the_log(state: Path, environ: Mapping[str, str]) -> None:
    """What a recorder that runs still holds comes into the log once somebody has opened it."""
    try:
        report_document.open_log(state).close()
        readers.wait(status.find_run_dir(state, environ), time.time_ns())
    except (OSError, sqlite3.Error):
        pass


if __name__ == "__main__":
    sys.exit(main())
