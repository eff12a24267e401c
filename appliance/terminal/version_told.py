# SPDX-License-Identifier: GPL-3.0-or-later
"""What `telltale --version` says: what a start from here would run, and what runs, where that was started before."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from native.finder import running
from store.base import languages, status
from store.base.private_files import meant
from store.base.sentences import Sentence, say, together
from store.base.version import version
from store.health.code_problems import tell_code


def show(arguments: Sequence[str], environ: Mapping[str, str]) -> None:
    """Print it, of the appliance that the words of the command line mean."""
    state = None
    with contextlib.suppress(RuntimeError):  # a home that is none, as in ~nobody
        state = meant(arguments, environ)
    for line in lines(state, environ):
        print(languages.tell(line, languages.of_process(environ)))


def lines(state: Path | None, environ: Mapping[str, str]) -> Iterator[Sentence]:
    """One after the other; `state`: of the appliance that is meant, None where no directory can be told."""
    code = running()
    yield Sentence(f"telltale {version()}")
    yield together(say("Python {version}.", version=platform.python_version()), tell_code(code))
    supervisor = status.read_live(status.find_run_dir(state, environ)).supervisor if state else None
    if supervisor is not None and supervisor.code != code:
        yield _started_before(tell_code(supervisor.code))


def _started_before(code: Sentence) -> Sentence:
    return say("The Telltale that runs was started with other code: {code} Its next start takes this.", code=code)
